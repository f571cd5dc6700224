import { concatBytes, decodeBase64, encodeBase64 } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import { type PublicKey, readPublicKey } from '../key/public-key.ts'
import { NOTE_SIGNATURE, noteKeyId } from '../log/note-key.ts'

/** Who signs notes, by the name and the key that its verifier key tells. */
export interface NoteSigner {
  readonly name: string
  readonly key: PublicKey
  /** What it signs, and how. */
  readonly type: NoteSignatureType
}

type NoteSignatureType = (typeof NOTE_SIGNATURE)[keyof typeof NOTE_SIGNATURE]

/** An Ed25519 SPKI is these bytes and the 32 of the key. @see RFC 8410 §4 */
const ED25519_SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)
const ED25519_BYTES = 32
const VERIFIER_KEY = /^([^\s\u0085+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u

/**
 * Reads a verifier key, `<name>+<key id>+<base64 of type and key>`. Refuses with `trust-invalid` every other type than
 * those given, a key that the type does not have, and a key id that is not that of name and key.
 *
 * @see c2sp.org/signed-note, Verifier keys, Signature types
 */
export function parseVerifierKey(vkey: string, types: readonly NoteSignatureType[]): NoteSigner {
  const [, name, keyId, encoded] = VERIFIER_KEY.exec(vkey) ?? []
  if (name === undefined || encoded === undefined) throw refuse('name+id+base64 is expected')
  const [byte, ...raw] = decodeKey(encoded)
  const type = types.find((known) => known === byte)
  if (type === undefined) throw refuse(`that of ${name} is for signatures of another kind`)
  const key = readKey(Uint8Array.from(raw), type)
  if (key === undefined) throw refuse(`that of ${name} holds no such key as its type says`)
  if (noteKeyId(key, name, type) !== keyId) throw refuse(`that of ${name} has the id of another name or key`)
  return { name, key, type }
}

/** Of an Ed25519 key. */
export function formatVerifierKey({ name, key, type }: NoteSigner): string {
  const raw = key.spki.subarray(-ED25519_BYTES)
  return `${name}+${noteKeyId(key, name, type)}+${encodeBase64(concatBytes(Uint8Array.of(type), raw))}`
}

/** Of ECDSA the whole SPKI, on P-256 only: its hash is SHA-256 whatever the curve, which nobody signs with on another. */
function readKey(raw: Uint8Array, type: NoteSignatureType): PublicKey | undefined {
  const spki = type === NOTE_SIGNATURE.ecdsa ? raw : concatBytes(ED25519_SPKI, raw)
  const key = attempt(() => readPublicKey(spki), 'a key that cannot be read')
  return key.algorithm === (type === NOTE_SIGNATURE.ecdsa ? 'ecdsa-p256' : 'ed25519') ? key : undefined
}

const decodeKey = (encoded: string) => attempt(() => decodeBase64(encoded), 'no standard padded base64')

function attempt<T>(read: () => T, reason: string): T {
  try {
    return read()
  } catch (cause) {
    if (!isMakotoError(cause)) throw cause
    throw new MakotoError('trust-invalid', `verifier key: ${reason}`, { cause })
  }
}

const refuse = (reason: string) => new MakotoError('trust-invalid', `verifier key: ${reason}`)
