import { describe, expect, it, vi } from 'vitest'
import { compareVerifiers } from '../../core/test/fuzz/compare-verifiers.ts'
import { explain } from '../../core/test/fuzz/explanations.ts'
import { openCorpusContests } from './corpus-contests.ts'

vi.setConfig({ testTimeout: 120_000 })

const contests = await openCorpusContests()

describe.skipIf(contests.length === 0)('@sigstore/verify and we differ only where we know why', () => {
  it.each(contests)('$name', (contest) => {
    const { refused, disagreements } = compareVerifiers(contest, contest.good ? 20 : 3, 7)
    expect(disagreements.filter((found) => explain(found) === undefined)).toEqual([])
    expect(refused).toBeGreaterThan(0)
  })
})
