import { concatBytes, encodeUtf8 } from '../encoding.ts'
import { verifySignature } from '../key/verify-signature.ts'
import type { Witness } from '../trust/trust.ts'
import type { Checkpoint } from './checkpoint.ts'
import { NOTE_SIGNATURE, noteKeyId } from './note-key.ts'
import { malformedLog } from './signed-note.ts'

export interface Cosignature {
  readonly witness: string
  /** The witness's key, `spki:sha256:<hex>`: who counts witnesses counts keys, which cosignatures do not tie to a name. */
  readonly id: string
  /** When the witness saw the tree: evidence that it was not forked, and no time of the signature. */
  readonly time: Date
}

const TIME_BYTES = 8
const SIGNATURE_BYTES = 64

/**
 * The cosignatures of `witnesses` on this checkpoint, one for each that signed. Lines of witnesses that are not named
 * are ignored; a line of one that is, and does not hold, is refused with `log-invalid`.
 *
 * @see c2sp.org/tlog-cosignature, cosignature/v1
 */
export function verifyCosignatures(checkpoint: Checkpoint, witnesses: readonly Witness[]): Cosignature[] {
  return witnesses.flatMap((witness) => {
    const keyId = noteKeyId(witness.key, witness.name, NOTE_SIGNATURE.cosignature)
    const lines = checkpoint.signatures.filter((line) => line.name === witness.name && line.keyId === keyId)
    return lines.map(({ signature }) => verifyCosignature(checkpoint, witness, signature)).slice(0, 1)
  })
}

function verifyCosignature({ text }: Checkpoint, { name, key }: Witness, timestamped: Uint8Array): Cosignature {
  if (timestamped.length !== TIME_BYTES + SIGNATURE_BYTES)
    throw malformedLog(`a cosignature of ${name} in another form`)
  const seconds = timestamped.subarray(0, TIME_BYTES).reduce((time, byte) => time * 256 + byte, 0)
  const time = new Date(seconds * 1000)
  if (Number.isNaN(time.getTime())) throw malformedLog(`a cosignature of ${name} at no time`)
  const signed = concatBytes(encodeUtf8(`cosignature/v1\ntime ${seconds}\n`), encodeUtf8(text))
  if (key.algorithm !== 'ed25519' || !verifySignature(key, signed, timestamped.subarray(TIME_BYTES)))
    throw malformedLog(`a cosignature of ${name} that does not hold`)
  return { witness: name, id: key.id, time }
}
