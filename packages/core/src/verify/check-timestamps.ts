import type { Bundle } from '../envelope/index.ts'
import { isMakotoError } from '../errors.ts'
import { type VerifiedTime, verifyTimestamp } from '../time/index.ts'
import type { TimestampAuthority } from '../trust/index.ts'
import { passed, refuted, skipped, unmet } from './check.ts'
import type { Check, FailureCode } from './report.ts'

export interface TimestampTrust {
  readonly timestampAuthorities: readonly TimestampAuthority[]
  /** The moment of the verification: no verified time may lie more than `skewMs` after it. */
  readonly at: Date
  readonly skewMs: number
}

/**
 * Verifies the bundle's tokens over this very signature. One good token is enough and a bad one beside it
 * is said; where none holds, the bundle is refused. Without a token there is no verified time: that caps
 * at L1 and refuses nothing. Log entries are no time.
 *
 * @see L2.P.6, L2.V.6, RFC 3161
 */
export function checkTimestamps(
  { timestamps, signature, logEntries }: Bundle,
  trust: TimestampTrust,
): { times: VerifiedTime[]; checks: Check[] } {
  const outcomes = timestamps.map((token) => readTime(token, signature, trust))
  const times = outcomes.flatMap((outcome) => ('time' in outcome ? [outcome] : []))
  const faults = outcomes.flatMap((outcome) => ('time' in outcome ? [] : [outcome]))
  const checks = [judgeTimes(times, faults, trust)]
  if (logEntries.length > 0)
    checks.push(skipped('log', 'transparency log', `${logEntries.length} entries in the bundle, ignored: not checked`))
  return { times: times.sort((a, b) => a.time.getTime() - b.time.getTime()), checks }
}

type Fault = { code: FailureCode; message: string }

function readTime(token: Uint8Array, signature: Uint8Array, trust: TimestampTrust): VerifiedTime | Fault {
  try {
    const verified = verifyTimestamp(token, signature, trust.timestampAuthorities)
    if (verified.time.getTime() <= trust.at.getTime() + trust.skewMs) return verified
    return { code: 'timestamp-invalid', message: `the time ${verified.time.toISOString()} has not come yet` }
  } catch (error) {
    if (!isMakotoError(error)) throw error
    const code = error.code === 'timestamp-untrusted' ? error.code : 'timestamp-invalid'
    return { code, message: error.message }
  }
}

function judgeTimes(times: readonly VerifiedTime[], faults: readonly Fault[], trust: TimestampTrust): Check {
  const [fault] = faults
  const beside = fault === undefined ? '' : `; ${faults.length} more that does not hold: ${fault.message}`
  const [first] = times
  if (first !== undefined)
    return passed('timestamp', 'timestamp', `${first.time.toISOString()} by ${first.authority}${beside}`)
  if (fault === undefined) return unmet('timestamp', 'timestamp', 'the bundle has none')
  if (trust.timestampAuthorities.length === 0)
    return skipped('timestamp', 'timestamp', 'you named no timestamp authority, so it could not be checked')
  return refuted('timestamp', fault.code, 'timestamp', fault.message)
}
