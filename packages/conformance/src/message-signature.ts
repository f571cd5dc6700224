import { type PublicKey, verifySignature } from '@makoto/core'
import { p256 } from '@noble/curves/nist.js'

export const signsMessage = (key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean =>
  verifySignature(key, message, signature)

const POINT_BYTES = 65

/**
 * Whether a signature is over a message of which only the SHA-256 is known. ECDSA signs the digest, so that can be
 * told; Ed25519 hashes message and key together, so that cannot.
 */
export function signsDigest({ algorithm, hash, spki }: PublicKey, sha256: Uint8Array, signature: Uint8Array): boolean {
  if (algorithm !== 'ecdsa-p256' || hash !== 'sha256')
    throw new Error(`a signature of ${algorithm} cannot be verified over a SHA-256 digest alone`)
  try {
    return p256.verify(signature, sha256, spki.subarray(-POINT_BYTES), { prehash: false, format: 'der', lowS: false })
  } catch {
    return false
  }
}
