import { concatBytes, decodeBase64, decodeUtf8, encodeBase64 } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import { readPublicKey } from '../key/public-key.ts'
import { NOTE_SIGNATURE, noteKeyId } from '../log/note-key.ts'
import type { Witness } from './trust.ts'

/** An Ed25519 SPKI is these bytes and the 32 of the key. @see RFC 8410 §4 */
const ED25519_SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)
const KEY_BYTES = 32
const VERIFIER_KEY = /^([^\s\u0085+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u
const MAX_BYTES = 65_536

/**
 * Reads a witness from its verifier key, `<name>+<key id>+<base64 of type and key>`, as witnesses publish it. Refuses with
 * `trust-invalid` another type than that of cosignatures (0x04), and a key id that is not that of name and key.
 *
 * @see c2sp.org/signed-note, Verifier keys; c2sp.org/tlog-cosignature
 */
export function parseWitness(vkey: string): Witness {
  const [, name, keyId, encoded] = VERIFIER_KEY.exec(vkey) ?? []
  if (name === undefined || encoded === undefined) throw refuse('no verifier key: name+id+base64 is expected')
  const [type, ...raw] = decodeKey(encoded)
  if (type !== NOTE_SIGNATURE.cosignature || raw.length !== KEY_BYTES)
    throw refuse(`the verifier key of ${name} is none for cosignatures under Ed25519`)
  const key = readPublicKey(concatBytes(ED25519_SPKI, Uint8Array.from(raw)))
  if (noteKeyId(key, name, NOTE_SIGNATURE.cosignature) !== keyId)
    throw refuse(`the verifier key of ${name} has the id of another name or key`)
  return { name, key }
}

/** The same from a file: one verifier key a line. */
export function parseWitnesses(source: string | Uint8Array): Witness[] {
  const text = typeof source === 'string' ? source : decodeUtf8(source)
  if (text.length > MAX_BYTES) throw refuse('more verifier keys than anybody reads')
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => line !== '').map(parseWitness)
}

/** A witness as its verifier key. */
export function formatWitness({ name, key }: Witness): string {
  const raw = concatBytes(Uint8Array.of(NOTE_SIGNATURE.cosignature), key.spki.subarray(-KEY_BYTES))
  return `${name}+${noteKeyId(key, name, NOTE_SIGNATURE.cosignature)}+${encodeBase64(raw)}`
}

function decodeKey(encoded: string): Uint8Array {
  try {
    return decodeBase64(encoded)
  } catch (cause) {
    if (!isMakotoError(cause)) throw cause
    throw new MakotoError('trust-invalid', 'witness: a verifier key that is not standard padded base64', { cause })
  }
}

const refuse = (reason: string) => new MakotoError('trust-invalid', `witness: ${reason}`)
