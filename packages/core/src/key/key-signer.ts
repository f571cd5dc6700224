import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { MakotoError } from '../errors.ts'
import { nameKey, unsupportedKey } from './public-key.ts'
import type { Signer, SigningAlgorithm } from './signer.ts'

const HASH = { 'ecdsa-p256': 'sha256', 'ecdsa-p384': 'sha384', ed25519: null } as const

/** A signer over a key in this process. */
export function signerOfKey(privateKey: KeyObject): Signer {
  const algorithm = signingAlgorithmOf(privateKey)
  const spki = new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }))
  return { algorithm, spki, ...nameKey(spki), sign: (bytes) => signBytes(privateKey, HASH[algorithm], bytes) }
}

async function signBytes(key: KeyObject, hash: 'sha256' | 'sha384' | null, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return new Uint8Array(sign(hash, bytes, { key, dsaEncoding: 'der' }))
  } catch (cause) {
    throw new MakotoError('signing-failed', 'the key gave no signature', { cause })
  }
}

function signingAlgorithmOf(key: KeyObject): SigningAlgorithm {
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519'
  if (curve === 'prime256v1') return 'ecdsa-p256'
  if (curve === 'secp384r1') return 'ecdsa-p384'
  throw unsupportedKey(`${key.asymmetricKeyType} ${curve ?? ''}`.trim())
}
