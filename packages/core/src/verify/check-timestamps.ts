import { isMakotoError } from '../errors.ts'
import { type VerifiedTime, verifyTimestamp } from '../time/verify-timestamp.ts'
import type { TimestampAuthority } from '../trust/index.ts'
import { passed, refuted, skipped, unmet } from './check.ts'
import type { Check, FailureCode } from './report.ts'
import type { SignedMaterial } from './signed-material.ts'

export interface TimestampTrust {
  readonly timestampAuthorities: readonly TimestampAuthority[]
  /** The moment of the verification: no verified time may lie more than `skewMs` after it. */
  readonly at: Date
  readonly skewMs: number
}

export interface VerifiedTokens {
  readonly times: readonly VerifiedTime[]
  readonly faults: readonly TimestampFault[]
}

export interface TimestampFault {
  readonly code: FailureCode
  readonly message: string
}

/** Verifies the bundle's tokens over this very signature, each for itself. @see L2.V.6, RFC 3161 */
export function verifyTokens(
  { timestamps, signature }: Pick<SignedMaterial, 'timestamps' | 'signature'>,
  trust: TimestampTrust,
): VerifiedTokens {
  const outcomes = timestamps.map((token) => readTime(token, signature, trust))
  return {
    times: outcomes.flatMap((outcome) => ('time' in outcome ? [outcome] : [])),
    faults: outcomes.flatMap((outcome) => ('time' in outcome ? [] : [outcome])),
  }
}

function readTime(token: Uint8Array, signature: Uint8Array, trust: TimestampTrust): VerifiedTime | TimestampFault {
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

/**
 * Judges every verified time of a signature, by tokens and by logs. One is enough and a bad token beside it is
 * said; where none holds, the bundle is refused. Without any token there is no verified time: that caps at
 * L1 and refuses nothing, unless the caller asked for so many authorities.
 *
 * @param threshold how many authorities have to agree; one that answers twice counts once
 * @see L2.P.6, L2.V.6
 */
export function judgeTimes(
  times: readonly VerifiedTime[],
  [fault, ...faults]: readonly TimestampFault[],
  { timestampAuthorities }: Pick<TimestampTrust, 'timestampAuthorities'>,
  threshold = 0,
): Check {
  const [first] = times
  if (first === undefined && fault !== undefined && timestampAuthorities.length > 0)
    return refuted('timestamp', fault.code, 'timestamp', fault.message)
  const beside = fault === undefined ? '' : `; ${faults.length + 1} more that does not hold: ${fault.message}`
  const authorities = new Set(times.map(({ authorityId }) => authorityId)).size
  // Written so that NaN, which a caller from JavaScript may ask for, is never reached.
  if (!(authorities >= threshold)) {
    const detail = `verified by ${authorities} of the ${threshold} authorities that are required${beside}`
    return refuted('timestamp', 'time-missing', 'timestamp', detail)
  }
  if (first !== undefined)
    return passed('timestamp', 'timestamp', `${first.time.toISOString()} by ${first.authority}${beside}`)
  if (fault === undefined) return unmet('timestamp', 'timestamp', 'the bundle has none')
  return skipped('timestamp', 'timestamp', 'you named no timestamp authority, so it could not be checked')
}
