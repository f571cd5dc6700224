import { sha256 } from '#platform'
import { concatBytes, encodeHex, encodeUtf8 } from '../encoding.ts'
import type { PublicKey } from '../key/public-key.ts'

/** Signature types of c2sp.org/signed-note. */
export const NOTE_SIGNATURE = { ed25519: 0x01, ecdsa: 0x02, cosignature: 0x04 } as const

/**
 * What names a key in notes: a hash over name, type and key, or, for ECDSA, over the SPKI alone. Rekor v2 takes the
 * whole of it for the log's id.
 *
 * @see c2sp.org/signed-note, Signature types
 */
export function noteKeyHash({ algorithm, spki }: PublicKey, name: string, type: number): Uint8Array {
  if (algorithm !== 'ed25519') return sha256(spki)
  // An Ed25519 SPKI ends in the 32 bytes of the key.
  return sha256(concatBytes(encodeUtf8(`${name}\n`), Uint8Array.of(type), spki.subarray(-32)))
}

/** The four bytes of it that a signature line carries, hex. */
export function noteKeyId(key: PublicKey, name: string, type: number = NOTE_SIGNATURE.ed25519): string {
  return encodeHex(noteKeyHash(key, name, type).subarray(0, 4))
}
