import type { VerifiedTime } from '../time/index.ts'
import { passed, skipped, unmet } from './check.ts'
import type { Check } from './report.ts'

/**
 * Whether the attestation is young enough. Its age counts from the earliest verified time: anybody can have an old
 * signature timestamped again today, nobody in the past.
 *
 * @see L2.V.7
 */
export function checkFreshness(
  times: readonly VerifiedTime[],
  { maxAgeMs, at }: { readonly maxAgeMs: number | undefined; readonly at: Date },
): Check[] {
  if (maxAgeMs === undefined) return []
  const [earliest] = times
  const allowed = `at most ${formatAge(maxAgeMs)} is asked for`
  if (earliest === undefined) return [skipped('freshness', 'freshness', `no verified time; ${allowed}`)]
  const age = at.getTime() - earliest.time.getTime()
  const found = `attested ${earliest.time.toISOString()}, ${formatAge(Math.max(0, age))} ago; ${allowed}`
  return [age <= maxAgeMs ? passed('freshness', 'freshness', found) : unmet('freshness', 'freshness', found)]
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const

/** Two units at most, cut: `7d`, `1d 3h`, `12min`. */
function formatAge(ms: number): string {
  const at = UNITS.findIndex(([, length]) => ms >= length)
  if (at < 0) return `${Math.floor(ms / 1000)}s`
  let rest = ms
  const parts = UNITS.slice(at, at + 2).map(([unit, length]) => {
    const count = Math.floor(rest / length)
    rest -= count * length
    return count === 0 ? '' : `${count}${unit}`
  })
  return parts.filter(Boolean).join(' ')
}
