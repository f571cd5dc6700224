import { constants, verify } from 'node:crypto'
import type { PublicKey } from './public-key.ts'

/**
 * Whether `signature` is this key's over `bytes`, by the one algorithm that the key is trusted for.
 * Malformed signatures are false, never an exception. @see L2.V.1, L2.V.2
 */
export function verifySignature(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  const { algorithm, hash, keyObject } = key
  switch (algorithm) {
    case 'ed25519':
      return verify(null, bytes, keyObject, signature)
    case 'ecdsa-p256':
    case 'ecdsa-p384':
      // The bare key means DER signatures, and is a third faster than the same said in an object.
      return verify(hash, bytes, keyObject, signature)
    case 'rsa-pkcs1':
      return verify(hash, bytes, { key: keyObject, padding: constants.RSA_PKCS1_PADDING }, signature)
    case 'rsa-pss': {
      const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
      return verify(hash, bytes, { key: keyObject, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, signature)
    }
  }
}
