import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { decodeUtf8, encodeBase64, encodeHex, equalBytes } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
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
  readonly keyObject: KeyObject
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
  const keyObject = readKeyObject(spki)
  return { ...algorithmOf(keyObject, declaration), spki, ...nameKey(spki), keyObject }
}

/** The two names of a key: as bundles and as statements write it. @see FORMATS §3 */
export function nameKey(spki: Uint8Array): { hint: string; id: string } {
  const digest = createHash('sha256').update(spki).digest()
  return { hint: encodeBase64(digest), id: `spki:sha256:${encodeHex(digest)}` }
}

function readKeyObject(spki: Uint8Array): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    // One key, one encoding: a second DER form would give the same key a second name.
    if (equalBytes(key.export({ format: 'der', type: 'spki' }), spki)) return key
  } catch (cause) {
    throw new MakotoError('key-invalid', 'the public key is malformed', { cause })
  }
  throw new MakotoError('key-invalid', 'the public key is not in its one DER form')
}

function algorithmOf(key: KeyObject, { hash, padding = 'pss' }: KeyDeclaration): Pick<PublicKey, 'algorithm' | 'hash'> {
  const { namedCurve, modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'ed25519') return { algorithm: 'ed25519', hash: null }
  if (namedCurve === 'prime256v1') return { algorithm: 'ecdsa-p256', hash: hash ?? 'sha256' }
  if (namedCurve === 'secp384r1') return { algorithm: 'ecdsa-p384', hash: hash ?? 'sha384' }
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 4096 && publicExponent >= 65537n)
    return { algorithm: padding === 'pss' ? 'rsa-pss' : 'rsa-pkcs1', hash: hash ?? 'sha256' }
  throw unsupportedKey(`${key.asymmetricKeyType} ${namedCurve ?? (modulusLength || '')}`.trim())
}

export function unsupportedKey(kind: string): MakotoError {
  return new MakotoError('key-unsupported', `keys of kind ${kind} are not supported`, {
    hint: 'Use ECDSA P-256 or P-384, Ed25519, or, to verify only, RSA of 2048 to 4096 bits',
  })
}
