import { expect, it, vi } from 'vitest'
import { signSeeds } from './signed-seeds.ts'
import { compareVerifiers, explain } from './sigstore-oracle.ts'

vi.setConfig({ testTimeout: 120_000 })

const seeds = await signSeeds()

it.each(seeds)('$name: @sigstore/verify and we differ only where we know why', (seed) => {
  const { accepted, refused, disagreements } = compareVerifiers(seed, 100, 7)
  expect(accepted).toBeGreaterThan(0)
  expect(refused).toBeGreaterThan(0)
  expect(disagreements.filter((found) => explain(found) === undefined)).toEqual([])
})
