import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { p256, p384 } from '@noble/curves/nist.js'

export type ServiceKeyType = 'ecdsa-p256' | 'ecdsa-p384' | 'ed25519' | 'rsa'

/** The private key that a double of a key service keeps to itself. */
export interface ServiceKey {
  readonly type: ServiceKeyType
  readonly publicKey: KeyObject
  readonly spki: Buffer
  readonly publicPem: string
  /** r ‖ s over a digest that somebody else made. */
  readonly signDigest: (digest: Uint8Array) => Buffer
  /** The same in DER. */
  readonly signDigestDer: (digest: Uint8Array) => Buffer
  /** Ed25519. */
  readonly signBytes: (bytes: Uint8Array) => Buffer
}

export function makeServiceKey(type: ServiceKeyType = 'ecdsa-p256'): ServiceKey {
  const privateKey = makePrivateKey(type)
  const publicKey = createPublicKey(privateKey)
  const signDigest = (digest: Uint8Array, format: 'compact' | 'der') => {
    const scalar = Buffer.from(String(privateKey.export({ format: 'jwk' }).d), 'base64url')
    // node:crypto signs messages only; a key service is given the digest.
    return Buffer.from((type === 'ecdsa-p384' ? p384 : p256).sign(digest, scalar, { prehash: false, format }))
  }
  return {
    type,
    publicKey,
    spki: publicKey.export({ format: 'der', type: 'spki' }),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    signDigest: (digest) => signDigest(digest, 'compact'),
    signDigestDer: (digest) => signDigest(digest, 'der'),
    signBytes: (bytes) => sign(null, bytes, privateKey),
  }
}

function makePrivateKey(type: ServiceKeyType): KeyObject {
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return generateKeyPairSync('ec', { namedCurve: type === 'ecdsa-p256' ? 'P-256' : 'P-384' }).privateKey
}
