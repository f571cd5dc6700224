import { constants, createHash, createPublicKey, hash, KeyObject, verify } from 'node:crypto'
import process from 'node:process'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { readSubjectPublicKey } from '../key/subject-public-key.ts'
import type { HashName, ImportedKey, SigningScheme } from './imported-key.ts'
import type { Sha256 } from './sha256.ts'

/** One call into OpenSSL: about twice as fast as a Hash object for small inputs. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return plain(hash('sha256', bytes, 'buffer'))
}

/** H(x) of FORMATS §0, in lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}

export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  return plain(hash(name, bytes, 'buffer'))
}

export function startSha256(): Sha256 {
  const state = createHash('sha256')
  return {
    update: (bytes) => {
      state.update(bytes)
    },
    digest: () => plain(state.digest()),
  }
}

/** Throws on what is malformed, a point beside its curve too. */
export function importPublicKey(spki: Uint8Array): ImportedKey {
  const { key: _, ...described } = readSubjectPublicKey(spki)
  if (described.kind === 'other') return { ...described, handle: undefined }
  return { ...described, handle: createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }) }
}

/** ECDSA signatures are DER. What is malformed, or of another scheme than the key's, is false. */
export function verifyWithKey(
  { kind, modulusLength = 0, handle }: ImportedKey,
  { hash, padding }: SigningScheme,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  // Without a hash OpenSSL would take its own default for the key.
  if (!(handle instanceof KeyObject) || (kind === 'ed25519') !== (hash === null)) return false
  // The bare key means DER signatures, and is a third faster than the same said in an object.
  if (kind !== 'rsa') return verify(hash, bytes, handle, signature)
  if (padding === undefined || signature.length !== Math.ceil(modulusLength / 8)) return false
  return verify(hash, bytes, { key: handle, ...RSA[padding] }, signature)
}

const RSA = {
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
  pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
} as const

const gunzipBounded = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)

/** Rejects with a RangeError beyond `maxBytes`. */
export async function decompress(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return plain(await gunzipBounded(bytes, { maxOutputLength: maxBytes }))
}

/** The directory that relative paths are taken from. */
export function workingDirectory(): string {
  return process.cwd()
}

/** The same bytes as the plain array that every other platform gives. */
function plain({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
