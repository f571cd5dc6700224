import { encodeHex, encodeUtf8 } from '../encoding.ts'
import { verifySignature } from '../key/verify-signature.ts'
import type { TrustedLog } from '../trust/trust.ts'
import type { Checkpoint } from './checkpoint.ts'
import { NOTE_SIGNATURE, noteKeyHash, noteKeyId } from './note-key.ts'
import { malformedLog } from './signed-note.ts'

export interface CheckpointForm {
  /** Rekor v1 appends ` - <tree id>` to the origin and signs under the bare name. Default false. */
  readonly treeIds?: boolean
}

const TREE_ID = / - [0-9]{1,20}$/

/**
 * Throws `log-invalid` unless `log` signed this checkpoint for itself: the origin is the log's, literally, and every
 * signature that has the log's name and key id holds. Signatures of anybody else are ignored, because anybody may
 * append one.
 *
 * @see c2sp.org/tlog-checkpoint, c2sp.org/signed-note
 */
export function verifyCheckpoint(
  checkpoint: Checkpoint,
  log: TrustedLog,
  { treeIds = false }: CheckpointForm = {},
): void {
  const name = treeIds ? checkpoint.origin.replace(TREE_ID, '') : checkpoint.origin
  if (!isOriginOf(log, name)) throw malformedLog(`a checkpoint of another origin than ${log.origin ?? log.name}`)
  const keyId = noteKeyId(log.key, name)
  const own = checkpoint.signatures.filter((line) => line.name === name && line.keyId === keyId)
  if (own.length === 0) throw malformedLog(`a checkpoint that ${log.name} has not signed`)
  const text = encodeUtf8(checkpoint.text)
  if (!own.every(({ signature }) => verifySignature(log.key, text, signature)))
    throw malformedLog(`a checkpoint whose signature by ${log.name} does not hold`)
}

/**
 * The origin that the caller names; or the one that the log's id is a hash over, where the address that the caller
 * named it by is not the origin (a port, a path). A log of ECDSA whose origin nobody named has its key for a name.
 */
function isOriginOf({ id, key, origin }: TrustedLog, name: string): boolean {
  if (name === origin) return true
  if (key.algorithm === 'ed25519') return encodeHex(noteKeyHash(key, name, NOTE_SIGNATURE.ed25519)) === id
  return origin === undefined
}
