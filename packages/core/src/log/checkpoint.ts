import { decodeLogBase64, malformedLog, type NoteSignature, parseSignedNote } from './signed-note.ts'

/** A log's signed statement about its whole tree, still unverified. */
export interface Checkpoint {
  readonly origin: string
  readonly treeSize: number
  /** 32 bytes. */
  readonly rootHash: Uint8Array
  /** Lines that only the log understands; Rekor v1 wrote its clock there. No time of ours. */
  readonly extensions: readonly string[]
  /** What was signed. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const MAX_EXTENSIONS = 32
const TREE_SIZE = /^(?:0|[1-9][0-9]{0,15})$/

/**
 * Reads a checkpoint strictly: origin, decimal size, root hash, extension lines, none of them empty; a blank line;
 * signatures. Refuses everything else with `log-invalid`.
 *
 * @see c2sp.org/tlog-checkpoint
 */
export function parseCheckpoint(note: string): Checkpoint {
  const { text, signatures } = parseSignedNote(note)
  const lines = text.slice(0, -1).split('\n')
  const [origin = '', size = '', root = '', ...extensions] = lines
  if (lines.length < 3 || lines.includes('')) throw malformedLog('a checkpoint without origin, size or root hash')
  if (extensions.length > MAX_EXTENSIONS) throw malformedLog(`a checkpoint with ${extensions.length} extension lines`)
  const treeSize = Number(size)
  if (!TREE_SIZE.test(size) || !Number.isSafeInteger(treeSize)) throw malformedLog('a tree size that is no number')
  const rootHash = decodeLogBase64(root, 'root hash of a checkpoint')
  if (rootHash.length !== 32) throw malformedLog(`a root hash of ${rootHash.length} bytes`)
  return { origin, treeSize, rootHash, extensions, text, signatures }
}
