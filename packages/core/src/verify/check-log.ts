import { sha256Hex } from '../digest/sha256.ts'
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
}

type LogTrust = Pick<Trust, 'transparencyLogs' | 'logThreshold' | 'witnesses' | 'witnessThreshold'>
type Thresholds = { readonly logThreshold: number; readonly witnessThreshold: number }

export interface CheckedLogEntries {
  /** Of promises that Rekor v1 logs signed, and of nothing else. */
  readonly times: readonly (VerifiedTime & { readonly source: 'rekor-v1' })[]
  readonly checks: readonly Check[]
}

/**
 * Verifies the bundle's log entries over this very signature. An entry of one of the caller's logs that does not hold
 * refuses the bundle, and so does one that stands twice. Entries of logs that the caller does not trust are said, and
 * refuse it where no other holds. Without an entry nothing is refused, unless the caller asked for so many logs, or for
 * witnesses: an entry counts only where as many of them have signed the tree that it stands in.
 *
 * @param signedBy what verified the signature, whether or not it is believed
 * @param times verified by tokens: entries without a time of their own are judged by them
 * @see L3.V.5, L3.V.6
 */
export function checkLogEntries(
  bundle: SignedMaterial,
  signedBy: SigningKey,
  times: readonly VerifiedTime[],
  { transparencyLogs: logs = [], logThreshold = 0, witnesses = [], witnessThreshold = 0 }: LogTrust,
  { at, skewMs }: LogOptions,
): CheckedLogEntries {
  const { logEntries } = bundle
  const asked = { logThreshold, witnessThreshold }
  if (logs.length === 0) return { times: [], checks: describeUnchecked(logEntries, asked) }
  if (hasDuplicates(logEntries)) return refuse(invalid('an entry of a log stands twice in the bundle'))
  const trust = { logs, times: times.map(({ time }) => time), at, witnesses }
  const signed = { ...bundle, ...signerOf(signedBy) }
  const verdicts = logEntries.map((entry) => refuseFuture(verifyLogEntry(entry, signed, trust), { at, skewMs }))
  const entries = verdicts.flatMap((verdict) => (verdict.ok ? [verdict] : []))
  const faults = verdicts.flatMap((verdict) => (verdict.ok ? [] : [verdict]))
  const contradiction = faults.find(({ code }) => code !== 'log-untrusted')
  if (contradiction !== undefined) return refuse(contradiction)
  const seen = entries.filter((entry) => countWitnesses(entry) >= witnessThreshold)
  return { times: seen.flatMap(timeOf), checks: [judgeEntries({ entries, seen, faults }, asked)] }
}

/** What is said of entries that nobody can check: that so many are missing, or that they went unchecked. */
export function describeUnchecked(
  { length }: readonly LogEntry[],
  { logThreshold, witnessThreshold }: Thresholds,
): Check[] {
  if (logThreshold !== 0) return [missing(0, logThreshold)]
  if (witnessThreshold !== 0) return [unseen([], witnessThreshold)]
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

/**
 * Different ones, and none that is the log itself. A cosignature is tied to a key and not to a name, so that one key
 * under two names would sign for two.
 */
function countWitnesses({ cosignatures, log }: VerifiedLogEntry): number {
  const others = cosignatures.filter(({ id }) => id !== log.key.id)
  return Math.min(new Set(others.map(({ id }) => id)).size, new Set(others.map(({ witness }) => witness)).size)
}

interface JudgedEntries {
  readonly entries: readonly VerifiedLogEntry[]
  /** Those of them whose tree as many witnesses have seen as the caller asks for. */
  readonly seen: readonly VerifiedLogEntry[]
  readonly faults: readonly LogFault[]
}

function judgeEntries({ entries, seen, faults }: JudgedEntries, { logThreshold, witnessThreshold }: Thresholds): Check {
  const [fault, ...more] = faults
  const held = countLogs(entries)
  if (!(held >= logThreshold)) return missing(held, logThreshold)
  if (held === 0 && fault !== undefined) return refuted('log', fault.code, 'transparency log', fault.message)
  const [first] = seen
  const logs = countLogs(seen)
  if (witnessThreshold !== 0 && !(logs >= Math.max(1, logThreshold))) return unseen(entries, witnessThreshold)
  if (first === undefined) return unmet('log', 'transparency log', 'the bundle has no log entry')
  const others = logs === 1 ? '' : `, and in ${plural(logs - 1, 'other log')}`
  const witnessed = first.cosignatures.map(({ witness }) => witness).join(', ')
  const by = witnessed === '' ? '' : `, in a tree that ${witnessed} saw`
  const beside = fault === undefined ? '' : `; ${more.length + 1} more that does not hold: ${fault.message}`
  return passed('log', 'transparency log', `entry ${first.logIndex} of ${first.log.name}${by}${others}${beside}`)
}

/** A log is its key: whoever holds it could keep a log under each name that a caller trusts it by. */
const countLogs = (entries: readonly VerifiedLogEntry[]) => new Set(entries.map(({ log }) => log.key.id)).size

function timeOf({ integratedTime, log }: VerifiedLogEntry) {
  if (integratedTime === undefined) return []
  // Rekor v1 names itself by its key; as an authority it is one under every other name as well.
  return [
    { time: integratedTime, authority: log.name, authorityId: sha256Hex(log.key.spki), source: 'rekor-v1' as const },
  ]
}

function refuse({ code, message }: LogFault): CheckedLogEntries {
  return { times: [], checks: [refuted('log', code, 'transparency log', message)] }
}

const invalid = (message: string): LogFault => ({ ok: false, code: 'log-invalid', message })

const missing = (logs: number, threshold: number) =>
  refuted('log', 'log-missing', 'transparency log', `held by ${logs} of the ${threshold} logs that are required`)

function unseen(entries: readonly VerifiedLogEntry[], threshold: number): Check {
  const most = Math.max(0, ...entries.map(countWitnesses))
  const detail = entries.length === 0 ? 'without an entry its tree was' : 'its tree was'
  return refuted(
    'log',
    'witness-missing',
    'transparency log',
    `${detail} seen by ${most} of the ${threshold} witnesses that are required`,
  )
}
