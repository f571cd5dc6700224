import type { VerifiedTime } from '../time/index.ts'
import type { Trust, VerifiedSigner } from '../trust/trust.ts'
import { firstRefutation, skipped } from './check.ts'
import { checkLogEntries, describeUnchecked } from './check-log.ts'
import { checkSignature } from './check-signature.ts'
import { checkSigner } from './check-signer.ts'
import { judgeTimes, verifyTokens } from './check-timestamps.ts'
import type { Check } from './report.ts'
import type { SignedMaterial } from './signed-material.ts'

export interface EvidenceOptions {
  readonly at: Date
  readonly skewMs: number
}

/** Everything about a bundle but what its statement says: who signed it, when, and where that was logged. */
export interface Evidence {
  readonly signer?: VerifiedSigner
  /** Earliest first. */
  readonly times: readonly VerifiedTime[]
  readonly checks: readonly Check[]
}

/**
 * Verifies signature, times, log entries and signer, in this order: a time counts only over a signature that
 * holds, and a signer only at verified times. Whatever is wrong is a value; this throws nothing.
 *
 * @see L2.V.1–V.6, L3.V.5, L3.V.6
 */
export function checkEvidence(material: SignedMaterial, trust: Trust, { at, skewMs }: EvidenceOptions): Evidence {
  const { signedBy, checks } = checkSignature(material, trust)
  if (signedBy === undefined) return { times: [], checks: [...checks, NO_TIME] }
  const tokens = verifyTokens(material, { timestampAuthorities: trust.timestampAuthorities, at, skewMs })
  const log = checkLogEntries(material, signedBy, tokens.times, trust, { at, skewMs })
  const times = [...tokens.times, ...log.times].sort((a, b) => a.time.getTime() - b.time.getTime())
  const stamped = [judgeTimes(times, tokens.faults, trust, trust.timestampThreshold), ...log.checks].sort(wantLast)
  const { signer, checks: answers } = checkSigner(signedBy, material.intermediates ?? [], times, trust)
  // A signer who is refused for want of a time is refused for what is wrong with the time.
  const rest = firstRefutation(stamped) ? [...stamped, ...answers] : [...answers, ...stamped]
  return { ...(signer ? { signer } : {}), times, checks: [...checks, ...rest] }
}

/** Without a signature there is neither time nor entry: so many of either are missing, if the caller asks for them. */
export function checkUnsigned(asked: Trust): Check[] {
  const { timestampThreshold, logThreshold = 0, witnessThreshold = 0 } = asked
  const time = judgeTimes([], [], asked, timestampThreshold)
  const answers = [time, ...describeUnchecked([], { logThreshold, witnessThreshold })]
  return answers.filter(({ code }) => code !== undefined)
}

/** That a time is missing says less than what is wrong with the entry that would have given it. */
const wantLast = (a: Check, b: Check) => Number(a.code === 'time-missing') - Number(b.code === 'time-missing')

const NO_TIME = skipped('timestamp', 'timestamp', 'no verified signature that a timestamp could cover')
