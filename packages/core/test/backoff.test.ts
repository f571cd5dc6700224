import { describe, expect, it } from 'vitest'
import { backoffMs, readRetryAfter } from '../src/backoff.ts'

describe('the wait before asking again', () => {
  it('doubles, and up to half of it is left to chance', () => {
    for (const [attempt, full] of [
      [1, 500],
      [2, 1000],
      [3, 2000],
    ] as const) {
      const waits = Array.from({ length: 200 }, () => backoffMs(500, attempt))
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(full / 2)
      expect(Math.max(...waits)).toBeLessThanOrEqual(full)
      expect(new Set(waits).size).toBeGreaterThan(1)
    }
  })
})

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T08:00:00Z')
  it.each([
    ['120', 120_000],
    ['Sat, 21 Nov 2026 08:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 07:00:00 GMT', 0],
    ['soon', undefined],
    ['-5x', undefined],
    [null, undefined],
  ])('%s', (header, wait) => {
    expect(readRetryAfter(header, now)).toBe(wait)
  })
})
