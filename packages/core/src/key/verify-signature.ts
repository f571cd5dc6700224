import { verifyWithKey } from '#platform'
import type { SigningScheme } from '../platform/imported-key.ts'
import type { PublicKey, PublicKeyAlgorithm } from './public-key.ts'

const PADDING: Readonly<Partial<Record<PublicKeyAlgorithm, NonNullable<SigningScheme['padding']>>>> = {
  'rsa-pkcs1': 'pkcs1',
  'rsa-pss': 'pss',
}

/**
 * Whether `signature` is this key's over `bytes`, by the one algorithm that the key is trusted for.
 * Malformed signatures are false, never an exception. @see L2.V.1, L2.V.2
 */
export function verifySignature(key: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  const { algorithm, hash, imported } = key
  const padding = PADDING[algorithm]
  return verifyWithKey(imported, padding === undefined ? { hash } : { hash, padding }, bytes, signature)
}
