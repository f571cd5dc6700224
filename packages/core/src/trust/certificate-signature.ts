import { verifyWithKey } from '#platform'
import type { ImportedKey } from '../platform/imported-key.ts'
import { SIGNATURE_OID, type SignatureScheme, type TimestampHash } from '../time/object-identifiers.ts'
import type { Certificate } from './certificate.ts'

/** Whether `issuer` holds the key that signed this certificate. @see RFC 5280 §6.1.3 */
export function isSignedBy({ tbs, signature, signatureAlgorithm }: Certificate, issuer: Certificate): boolean {
  const scheme = SIGNATURE_OID[signatureAlgorithm]
  if (scheme?.hash === undefined) return false
  return verifyByScheme(issuer.publicKey, { ...scheme, hash: scheme.hash }, tbs, signature)
}

/** Verifies by the algorithm that stands beside a signature, which must be one of the key's own kind. */
export function verifyByScheme(
  key: ImportedKey,
  { keyType, hash }: SignatureScheme & { readonly hash: TimestampHash },
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (keyType === 'rsa') return key.kind === 'rsa' && verifyWithKey(key, { padding: 'pkcs1', hash }, bytes, signature)
  return key.kind.startsWith('ecdsa-') && verifyWithKey(key, { hash }, bytes, signature)
}
