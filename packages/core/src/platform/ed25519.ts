import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, encodeHex, equalBytes } from '../encoding.ts'

const { Point } = ed25519
const ORDER = Point.Fn.ORDER

/**
 * RFC 8032 §5.1.7 without the cofactor, as OpenSSL has it. The library's own check multiplies by it, so a key's owner
 * could make signatures that hold in a browser and nowhere else.
 */
export function verifyEd25519(key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  const commitment = signature.subarray(0, 32)
  const s = readLittleEndian(signature.subarray(32))
  if (s >= ORDER) return false
  try {
    const point = Point.fromBytes(key)
    // Under a key of small order anybody's signature holds; OpenSSL takes none either.
    if (point.isSmallOrder()) return false
    const k = readLittleEndian(sha512(concatBytes(commitment, key, bytes))) % ORDER
    const expected = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k))
    return equalBytes(expected.toBytes(), commitment)
  } catch {
    return false
  }
}

const readLittleEndian = (bytes: Uint8Array) => BigInt(`0x${encodeHex(bytes.slice().reverse())}`)
