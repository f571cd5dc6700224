import type { LogEntry } from '../envelope/index.ts'
import type { EntrySigner } from '../log/signed-entity.ts'
import { type LogFault, type VerifiedLogEntry, verifyLogEntry } from '../log/verify-log-entry.ts'
import type { VerifiedTime } from '../time/index.ts'
import type { Trust } from '../trust/trust.ts'
import { passed, plural, refuted, skipped, unmet } from './check.ts'
import type { SigningKey } from './check-signature.ts'
import type { Check } from './report.ts'
import type { SignedMaterial } from './signed-material.ts'

export interface LogOptions {
  /** The moment of the verification: no verified time may lie more than `skewMs` after it. */
  readonly at: Date
  readonly skewMs: number
  /** How many different logs have to hold the signature; fewer is a refusal. Default none. */
  readonly logThreshold?: number | undefined
}

export interface CheckedLogEntries {
  /** Of promises that Rekor v1 logs signed, and of nothing else. */
  readonly times: readonly (VerifiedTime & { readonly source: 'rekor-v1' })[]
  readonly checks: readonly Check[]
}

/**
 * Verifies the bundle's log entries over this very signature. An entry of one of the caller's logs that does not hold
 * refuses the bundle, and so does one that stands twice. Entries of logs that the caller does not trust are said, and
 * refuse it where no other holds. Without an entry nothing is refused, unless the caller asked for so many logs.
 *
 * @param signedBy what verified the signature, whether or not it is believed
 * @param times verified by tokens: entries without a time of their own are judged by them
 * @see L3.V.5, L3.V.6
 */
export function checkLogEntries(
  bundle: SignedMaterial,
  signedBy: SigningKey,
  times: readonly VerifiedTime[],
  { transparencyLogs: logs = [] }: Pick<Trust, 'transparencyLogs'>,
  options: LogOptions,
): CheckedLogEntries {
  const { logEntries } = bundle
  if (logs.length === 0) return { times: [], checks: describeUnchecked(logEntries, options) }
  if (hasDuplicates(logEntries)) return refuse(invalid('an entry of a log stands twice in the bundle'))
  const trust = { logs, times: times.map(({ time }) => time), at: options.at }
  const signed = { ...bundle, ...signerOf(signedBy) }
  const verdicts = logEntries.map((entry) => refuseFuture(verifyLogEntry(entry, signed, trust), options))
  const entries = verdicts.flatMap((verdict) => (verdict.ok ? [verdict] : []))
  const faults = verdicts.flatMap((verdict) => (verdict.ok ? [] : [verdict]))
  const contradiction = faults.find(({ code }) => code !== 'log-untrusted')
  if (contradiction !== undefined) return refuse(contradiction)
  return { times: entries.flatMap(timeOf), checks: [judgeEntries(entries, faults, options)] }
}

function describeUnchecked({ length }: readonly LogEntry[], { logThreshold = 0 }: LogOptions): Check[] {
  if (logThreshold > 0) return [missing(0, logThreshold)]
  if (length === 0) return []
  return [
    skipped('log', 'transparency log', `you named no log, so ${plural(length, 'claim')} to be in one went unchecked`),
  ]
}

/** One entry twice is one entry; who writes it twice wants it counted twice. */
function hasDuplicates(entries: readonly LogEntry[]): boolean {
  const distinct = (key: (entry: LogEntry) => string) =>
    new Set(entries.map((entry) => `${entry.logId.keyId} ${key(entry)}`)).size === entries.length
  return !distinct(({ logIndex = '0' }) => logIndex) || !distinct(placeInTree)
}

/** Nothing signs the index that an entry without a promise states; its proof is for one place in one tree. */
const placeInTree = ({ inclusionProof, canonicalizedBody }: LogEntry) =>
  `${inclusionProof?.logIndex ?? '0'} ${canonicalizedBody}`

function signerOf(signedBy: SigningKey): EntrySigner {
  return signedBy.kind === 'key' ? { spki: signedBy.key.spki } : { certificate: signedBy.certificate.der }
}

function refuseFuture(verdict: VerifiedLogEntry | LogFault, { at, skewMs }: LogOptions): VerifiedLogEntry | LogFault {
  if (!verdict.ok || verdict.integratedTime === undefined) return verdict
  if (verdict.integratedTime.getTime() <= at.getTime() + skewMs) return verdict
  return invalid(`the log's time ${verdict.integratedTime.toISOString()} has not come yet`)
}

function judgeEntries(
  entries: readonly VerifiedLogEntry[],
  [fault, ...faults]: readonly LogFault[],
  { logThreshold = 0 }: LogOptions,
): Check {
  const logs = new Set(entries.map(({ log }) => log.id)).size
  if (logs < logThreshold) return missing(logs, logThreshold)
  const [first] = entries
  if (first === undefined)
    return fault === undefined
      ? unmet('log', 'transparency log', 'the bundle has no log entry')
      : refuted('log', fault.code, 'transparency log', fault.message)
  const others = logs === 1 ? '' : `, and in ${plural(logs - 1, 'other log')}`
  const beside = fault === undefined ? '' : `; ${faults.length + 1} more that does not hold: ${fault.message}`
  return passed('log', 'transparency log', `entry ${first.logIndex} of ${first.log.name}${others}${beside}`)
}

function timeOf({ integratedTime, log }: VerifiedLogEntry) {
  if (integratedTime === undefined) return []
  return [{ time: integratedTime, authority: log.name, authorityId: log.id, source: 'rekor-v1' as const }]
}

function refuse({ code, message }: LogFault): CheckedLogEntries {
  return { times: [], checks: [refuted('log', code, 'transparency log', message)] }
}

const invalid = (message: string): LogFault => ({ ok: false, code: 'log-invalid', message })

const missing = (logs: number, threshold: number) =>
  refuted('log', 'log-missing', 'transparency log', `held by ${logs} of the ${threshold} logs that are required`)
