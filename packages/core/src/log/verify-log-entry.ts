import { verifyInclusion } from '../digest/merkle-tree.ts'
import { encodeHex, equalBytes } from '../encoding.ts'
import type { LogEntry } from '../envelope/bundle-schema.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import { isWithin, type TrustedLog, type Witness } from '../trust/trust.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { type EntryBody, parseEntryBody } from './entry-body.ts'
import { readInteger, verifyPromise } from './entry-promise.ts'
import { matchEntry } from './match-entry.ts'
import type { SignedEntity } from './signed-entity.ts'
import { decodeLogBase64, malformedLog } from './signed-note.ts'
import { verifyCheckpoint } from './verify-checkpoint.ts'
import { type Cosignature, verifyCosignatures } from './verify-cosignatures.ts'

export interface LogTrust {
  readonly logs: readonly TrustedLog[]
  /** Verified times of this signature from elsewhere. An entry without a time of its own is judged by them. */
  readonly times?: readonly Date[]
  /** The moment of the verification, which stands in where there is no time at all. Default: now. */
  readonly at?: Date
  readonly witnesses?: readonly Witness[]
}

export interface VerifiedLogEntry {
  readonly ok: true
  readonly log: TrustedLog
  /** As `dsse 0.0.1`. */
  readonly kind: string
  readonly logIndex: number
  /** Only under a verified promise of a Rekor v1 log. */
  readonly integratedTime?: Date
  readonly cosignatures: readonly Cosignature[]
}

export interface LogFault {
  readonly ok: false
  /** Malformed or not proven; of no log that is trusted then; about something else. */
  readonly code: 'log-invalid' | 'log-untrusted' | 'log-mismatch'
  readonly message: string
}

/**
 * Verifies that a log which the caller trusts holds an entry about exactly this signature, by its key or certificate,
 * over exactly this content. What an entry says of itself, its times and its root proves nothing.
 *
 * Whatever is wrong with the entry is a value; this throws nothing.
 *
 * @see L3.V.5, L3.V.6
 */
export function verifyLogEntry(entry: LogEntry, signed: SignedEntity, trust: LogTrust): VerifiedLogEntry | LogFault {
  return attempt(() => {
    const logs = findLogs(entry, trust.logs)
    if (logs.length === 0) return untrusted('the log of this entry is none of yours')
    const bytes = decodeLogBase64(entry.canonicalizedBody, 'body of the log entry')
    const body = parseEntryBody(bytes, entry.kindVersion)
    matchEntry(body.claims, signed)
    return firstVerdict(logs, (log) => verifyUnderLog({ entry, body, bytes }, log, trust))
  })
}

/** Two generations of a log may share its key and so its id; where none holds, the last one says why. */
function firstVerdict(logs: readonly TrustedLog[], verify: (log: TrustedLog) => VerifiedLogEntry) {
  let verdict: VerifiedLogEntry | LogFault = untrusted('the log of this entry is none of yours')
  for (const log of logs) {
    verdict = attempt(() => verify(log))
    if (verdict.ok) break
  }
  return verdict
}

function findLogs({ logId }: LogEntry, logs: readonly TrustedLog[]): TrustedLog[] {
  const id = encodeHex(decodeLogBase64(logId.keyId, 'id of the log'))
  return logs.filter((log) => log.id === id)
}

/** A tree of 2^64 leaves is 64 hashes high. */
const MAX_PROOF_HASHES = 64

interface OpenedEntry {
  readonly entry: LogEntry
  readonly body: EntryBody
  readonly bytes: Uint8Array
}

function verifyUnderLog({ entry, body, bytes }: OpenedEntry, log: TrustedLog, trust: LogTrust): VerifiedLogEntry {
  if (body.rekor === 2 && entry.inclusionPromise !== undefined)
    throw malformedLog('a promise of inclusion, which Rekor v2 does not give')
  const integratedTime = verifyPromise(entry, bytes, log)
  const cosignatures = verifyProof({ entry, body, bytes }, log, trust.witnesses ?? [])
  checkWindow(log, integratedTime === undefined ? (trust.times ?? []) : [integratedTime], trust.at ?? new Date())
  const logIndex = readInteger(entry.logIndex, 'log index')
  const verified = { ok: true, log, kind: body.kind, logIndex, cosignatures } as const
  return integratedTime === undefined ? verified : { ...verified, integratedTime }
}

/**
 * A proof that ends in a checkpoint of the log is always required: a promise says that the entry will be there, and a
 * root that the bundle brings along says nothing.
 */
function verifyProof({ entry, body, bytes }: OpenedEntry, log: TrustedLog, witnesses: readonly Witness[]) {
  const { inclusionProof } = entry
  if (inclusionProof?.checkpoint === undefined) throw malformedLog('an entry without proof of inclusion and checkpoint')
  const checkpoint = parseCheckpoint(inclusionProof.checkpoint.envelope)
  verifyCheckpoint(checkpoint, log, { treeIds: body.rekor === 1 })
  if (readInteger(inclusionProof.treeSize, 'tree size') !== checkpoint.treeSize)
    throw malformedLog('a proof for a tree of another size than the checkpoint')
  if (!equalBytes(decodeLogBase64(inclusionProof.rootHash, 'root hash'), checkpoint.rootHash))
    throw malformedLog('a proof for another root than the checkpoint')
  const index = readInteger(inclusionProof.logIndex, 'log index')
  // Rekor v1 counts over all of its trees in the entry, and within the tree in the proof.
  if (body.rekor === 2 && index !== readInteger(entry.logIndex, 'log index'))
    throw malformedLog('a proof for another place in the log')
  const hashes = inclusionProof.hashes ?? []
  if (hashes.length > MAX_PROOF_HASHES) throw malformedLog(`a proof of ${hashes.length} hashes`)
  const proof = hashes.map((hash) => decodeLogBase64(hash, 'hash of the proof'))
  if (!verifyInclusion({ leaf: bytes, index, size: checkpoint.treeSize, proof, root: checkpoint.rootHash }))
    throw malformedLog('a proof of inclusion that does not lead from this entry to the checkpoint')
  return verifyCosignatures(checkpoint, witnesses)
}

/** The end of a window is when the key may have left its owner's hands: later it proves nothing. */
function checkWindow({ name, validFor }: TrustedLog, times: readonly Date[], at: Date): void {
  const judged = times.length > 0 ? times : [at]
  if (judged.some((time) => isWithin(validFor, time.getTime()))) return
  const when = judged[0]?.toISOString()
  throw new MakotoError('log-untrusted', `the key of ${name} was not trusted at ${when}`)
}

function attempt(verify: () => VerifiedLogEntry | LogFault): VerifiedLogEntry | LogFault {
  try {
    return verify()
  } catch (error) {
    if (!isMakotoError(error)) throw error
    const code = error.code === 'log-untrusted' || error.code === 'log-mismatch' ? error.code : 'log-invalid'
    return { ok: false, code, message: error.message }
  }
}

const untrusted = (message: string): LogFault => ({ ok: false, code: 'log-untrusted', message })
