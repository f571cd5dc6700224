import { expect, it, vi } from 'vitest'
import { compareVerifiers } from './compare-verifiers.ts'
import { explain } from './explanations.ts'
import { openSeedContests } from './seed-contests.ts'

vi.setConfig({ testTimeout: 120_000 })

it.each(await openSeedContests())('$name: @sigstore/verify and we differ only where we know why', (contest) => {
  const { accepted, refused, disagreements } = compareVerifiers(contest, 100, 7)
  expect(accepted).toBeGreaterThan(0)
  expect(refused).toBeGreaterThan(0)
  expect(disagreements.filter((found) => explain(found) === undefined)).toEqual([])
})
