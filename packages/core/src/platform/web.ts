/** Synchronous throughout, which WebCrypto is not: a verdict is one function, and a Merkle tree many small hashes. */
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256 as nobleSha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { encodeHex } from '../encoding.ts'
import { readSubjectPublicKey } from '../key/subject-public-key.ts'
import { verifyEd25519 } from './ed25519.ts'
import type { HashName, ImportedKey, SigningScheme } from './imported-key.ts'
import { verifyRsa } from './rsa.ts'
import type { Sha256 } from './sha256.ts'

const HASHES = { sha1, sha256: nobleSha256, sha384, sha512 } as const
const CURVES = { 'ecdsa-p256': p256, 'ecdsa-p384': p384, 'ecdsa-p521': p521 } as const

export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes)
}

/** H(x) of FORMATS §0, in lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return encodeHex(nobleSha256(bytes))
}

export function hashBytes(name: HashName, bytes: Uint8Array): Uint8Array {
  return HASHES[name](bytes)
}

export function startSha256(): Sha256 {
  const state = nobleSha256.create()
  return {
    update: (bytes) => {
      state.update(bytes)
    },
    digest: () => state.digest(),
  }
}

/** Throws on what is malformed, a point beside its curve too. */
export function importPublicKey(spki: Uint8Array): ImportedKey {
  const { key, ...described } = readSubjectPublicKey(spki)
  const { kind } = described
  if (isCurve(kind)) CURVES[kind].Point.fromBytes(key).assertValidity()
  return { ...described, handle: key }
}

/** ECDSA signatures are DER. What is malformed, or of another scheme than the key's, is false. */
export function verifyWithKey(
  { kind, publicExponent, handle }: ImportedKey,
  { hash, padding }: SigningScheme,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (!(handle instanceof Uint8Array)) return false
  if (hash === null) return kind === 'ed25519' && verifyEd25519(handle, bytes, signature)
  const digest = HASHES[hash](bytes)
  if (isCurve(kind)) return verifyEcdsa(CURVES[kind], handle, digest, signature)
  if (kind !== 'rsa' || padding === undefined || publicExponent === undefined) return false
  return verifyRsa({ modulus: handle, publicExponent }, { padding, hash }, digest, signature)
}

function verifyEcdsa(curve: typeof p256, point: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return curve.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' })
  } catch {
    return false
  }
}

const isCurve = (kind: ImportedKey['kind']): kind is keyof typeof CURVES => Object.hasOwn(CURVES, kind)

/** Rejects with a RangeError beyond `maxBytes`. */
export async function decompress(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('gzip'))
  const reader = stream.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length
    if (length > maxBytes) {
      await reader.cancel()
      throw new RangeError(`more than ${maxBytes} bytes`)
    }
    parts.push(next.value)
  }
  return new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer())
}

/** A browser has none: relative paths are taken from the root. */
export function workingDirectory(): string {
  return '/'
}
