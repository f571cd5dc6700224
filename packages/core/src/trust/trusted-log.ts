import { sha256Hex } from '../digest/sha256.ts'
import { decodeBase64, encodeHex } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { type KeyDeclaration, type PublicKey, type PublicKeyAlgorithm, readPublicKey } from '../key/public-key.ts'
import type { TrustedLog, ValidFor } from './trust.ts'
import type { RootLog } from './trusted-root-schema.ts'

type DeclaredKey = KeyDeclaration & { readonly algorithm: PublicKeyAlgorithm }

const RSA_PKCS1: DeclaredKey = { algorithm: 'rsa-pkcs1', padding: 'pkcs1', hash: 'sha256' }
const RSA_PSS: DeclaredKey = { algorithm: 'rsa-pss', padding: 'pss', hash: 'sha256' }

/** PublicKeyDetails of sigstore_common.proto that we verify; every other kind of key counts for nothing. */
const KEY_DETAILS: Readonly<Record<string, DeclaredKey>> = {
  PKIX_ECDSA_P256_SHA_256: { algorithm: 'ecdsa-p256', hash: 'sha256' },
  PKIX_ECDSA_P384_SHA_384: { algorithm: 'ecdsa-p384', hash: 'sha384' },
  PKIX_ED25519: { algorithm: 'ed25519' },
  PKIX_RSA_PKCS1V5: RSA_PKCS1,
  PKIX_RSA_PKCS1V15_2048_SHA256: RSA_PKCS1,
  PKIX_RSA_PKCS1V15_3072_SHA256: RSA_PKCS1,
  PKIX_RSA_PKCS1V15_4096_SHA256: RSA_PKCS1,
  PKIX_RSA_PSS_2048_SHA256: RSA_PSS,
  PKIX_RSA_PSS_3072_SHA256: RSA_PSS,
  PKIX_RSA_PSS_4096_SHA256: RSA_PSS,
}

/** Undefined where the key is of a kind, or the log of a hash, that we do not verify. */
export function readTrustedLog(
  { baseUrl, hashAlgorithm, publicKey, logId }: RootLog,
  validFor: ValidFor,
): TrustedLog | undefined {
  if (!Object.hasOwn(KEY_DETAILS, publicKey.keyDetails) || (hashAlgorithm ?? 'SHA2_256') !== 'SHA2_256')
    return undefined
  const key = readDeclaredKey(decodeBase64(publicKey.rawBytes), KEY_DETAILS[publicKey.keyDetails])
  const id = encodeHex(decodeBase64(logId.keyId))
  const place = readPlace(baseUrl ?? '')
  return {
    name: place ?? id,
    id,
    // A log that names itself by its key alone (RFC 6962, Rekor v1) chooses its origin freely.
    ...(place === undefined || id === sha256Hex(key.spki) ? {} : { origin: place }),
    key,
    validFor,
  }
}

function readDeclaredKey(spki: Uint8Array, declared: DeclaredKey | undefined): PublicKey {
  const key = readKey(spki, declared)
  if (key.algorithm === declared?.algorithm) return key
  throw new MakotoError('trust-invalid', `trusted root: a log key of ${key.algorithm}, declared ${declared?.algorithm}`)
}

function readKey(spki: Uint8Array, declared: DeclaredKey | undefined): PublicKey {
  try {
    return readPublicKey(spki, declared)
  } catch (cause) {
    throw new MakotoError('trust-invalid', 'trusted root: a log key that cannot be read', { cause })
  }
}

/** A URL without its scheme: what C2SP's checkpoints take for their origin. */
function readPlace(baseUrl: string): string | undefined {
  const url = URL.parse(baseUrl)
  return url ? `${url.host}${url.pathname}`.replace(/\/$/, '') : undefined
}
