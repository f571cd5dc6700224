import { importPublicKey, sha256 } from '#platform'
import { decodeUtf8, encodeBase64, encodeHex } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import type { ImportedKey } from '../platform/imported-key.ts'
import { parseSinglePem } from './pem.ts'

export type SignatureHash = 'sha256' | 'sha384' | 'sha512'

export type PublicKeyAlgorithm = 'ecdsa-p256' | 'ecdsa-p384' | 'ed25519' | 'rsa-pss' | 'rsa-pkcs1'

/** A key that a verifier trusts, with the one algorithm that it trusts it for. */
export interface PublicKey {
  readonly algorithm: PublicKeyAlgorithm
  /** Null for Ed25519, which hashes by itself. */
  readonly hash: SignatureHash | null
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** base64(H(SPKI)), as bundles name it. */
  readonly hint: string
  /** `spki:sha256:<hex>`, as statements name it. */
  readonly id: string
  /** Made ready for the platform, once. */
  readonly imported: ImportedKey
}

/** What a key cannot say of itself and its owner declares: the caller's word, never the bundle's. */
export interface KeyDeclaration {
  /** Default: SHA-256, and SHA-384 for P-384. */
  readonly hash?: SignatureHash
  /** Default PSS (SPEC §1); cosign signs with `pkcs1`. */
  readonly padding?: 'pss' | 'pkcs1'
}

/**
 * Reads a trusted public key: PEM SubjectPublicKeyInfo of P-256, P-384, Ed25519, or RSA of 2048 to
 * 4096 bits. Refuses with `key-unsupported` every other kind and with `key-invalid` what is malformed.
 *
 * @see SPEC §1 Algorithms, L2.P.2, L2.P.4
 */
export function parsePublicKey(pem: string | Uint8Array, declaration: KeyDeclaration = {}): PublicKey {
  const block = parseSinglePem(typeof pem === 'string' ? pem : decodeUtf8(pem))
  if (block?.label !== 'PUBLIC KEY')
    throw new MakotoError('key-invalid', 'one PEM block PUBLIC KEY is expected', {
      hint: 'Give the public key: openssl pkey -in key.pem -pubout',
    })
  return readPublicKey(block.bytes, declaration)
}

/** The same from DER, for a signer's own key. */
export function readPublicKey(spki: Uint8Array, declaration: KeyDeclaration = {}): PublicKey {
  const imported = importKey(spki)
  return { ...algorithmOf(imported, declaration), spki, ...nameKey(spki), imported }
}

/** The two names of a key: as bundles and as statements write it. @see FORMATS §3 */
export function nameKey(spki: Uint8Array): { hint: string; id: string } {
  const digest = sha256(spki)
  return { hint: encodeBase64(digest), id: `spki:sha256:${encodeHex(digest)}` }
}

function importKey(spki: Uint8Array): ImportedKey {
  try {
    return importPublicKey(spki)
  } catch (cause) {
    throw new MakotoError('key-invalid', 'the public key is malformed, or not in its one DER form', { cause })
  }
}

function algorithmOf(
  key: ImportedKey,
  { hash, padding = 'pss' }: KeyDeclaration,
): Pick<PublicKey, 'algorithm' | 'hash'> {
  const { kind, modulusLength = 0, publicExponent = 0n } = key
  if (kind === 'ed25519') return { algorithm: 'ed25519', hash: null }
  if (kind === 'ecdsa-p256') return { algorithm: 'ecdsa-p256', hash: hash ?? 'sha256' }
  if (kind === 'ecdsa-p384') return { algorithm: 'ecdsa-p384', hash: hash ?? 'sha384' }
  if (kind === 'rsa' && modulusLength >= 2048 && modulusLength <= 4096 && publicExponent >= 65537n)
    return { algorithm: padding === 'pss' ? 'rsa-pss' : 'rsa-pkcs1', hash: hash ?? 'sha256' }
  throw unsupportedKey(key.name)
}

export function unsupportedKey(kind: string): MakotoError {
  return new MakotoError('key-unsupported', `keys of kind ${kind} are not supported`, {
    hint: 'Use ECDSA P-256 or P-384, Ed25519, or, to verify only, RSA of 2048 to 4096 bits',
  })
}
