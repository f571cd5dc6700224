import { passed, skipped, unmet } from './check.ts'
import { claimedTimeOf } from './check-claims.ts'
import type { Check } from './report.ts'
import type { BundleReport } from './verify-bundle.ts'

/**
 * The moment from which the age of an attestation counts: the earlier of the time that it states and the earliest
 * verified one. Anybody can have an old signature timestamped again today, and take the old timestamp off; nobody
 * without the key can change what it states. Undefined where either is missing: then its age is not known.
 */
export function agesFrom({ known, times }: Pick<BundleReport, 'known' | 'times'>): Date | undefined {
  const stated = known && claimedTimeOf(known)
  const [verified] = times
  if (stated === undefined || verified === undefined) return undefined
  return new Date(Math.min(stated.getTime(), verified.time.getTime()))
}

/**
 * Whether the attestation is young enough.
 *
 * @see L2.V.7
 */
export function checkFreshness(
  report: Pick<BundleReport, 'known' | 'times'>,
  { maxAgeMs, at }: { readonly maxAgeMs: number | undefined; readonly at: Date },
): Check[] {
  if (maxAgeMs === undefined) return []
  const since = agesFrom(report)
  const allowed = `at most ${formatAge(maxAgeMs)} is asked for`
  if (since === undefined) return [skipped('freshness', 'freshness', `no ${missingOf(report)} time; ${allowed}`)]
  const age = at.getTime() - since.getTime()
  const found = `attested ${since.toISOString()}, ${formatAge(Math.max(0, age))} ago; ${allowed}`
  return [age <= maxAgeMs ? passed('freshness', 'freshness', found) : unmet('freshness', 'freshness', found)]
}

const missingOf = ({ times }: Pick<BundleReport, 'times'>) => (times.length === 0 ? 'verified' : 'stated')

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
