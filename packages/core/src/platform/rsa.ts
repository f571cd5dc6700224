/** RSA signatures verified, never made, so that no step needs to hide its time. @see RFC 8017 §8.1.2, §8.2.2 */
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, decodeHex, encodeHex, equalBytes } from '../encoding.ts'

export interface RsaKey {
  readonly modulus: Uint8Array
  readonly publicExponent: bigint
}

export interface RsaScheme {
  readonly padding: 'pkcs1' | 'pss'
  readonly hash: 'sha256' | 'sha384' | 'sha512'
}

const HASHES = { sha256, sha384, sha512 } as const

/** The DER of DigestInfo before its digest. @see RFC 8017 §9.2 Note 1 */
const DIGEST_INFO = {
  sha256: decodeHex('3031300d060960864801650304020105000420'),
  sha384: decodeHex('3041300d060960864801650304020205000430'),
  sha512: decodeHex('3051300d060960864801650304020305000440'),
} as const

export function verifyRsa(key: RsaKey, scheme: RsaScheme, digest: Uint8Array, signature: Uint8Array): boolean {
  const { length } = key.modulus
  const modulus = readNumber(key.modulus)
  const representative = readNumber(signature)
  if (signature.length !== length || representative >= modulus) return false
  const encoded = writeNumber(raise(representative, key.publicExponent, modulus), length)
  if (scheme.padding === 'pkcs1') return isPkcs1(encoded, scheme.hash, digest)
  return isPss(encoded, modulus.toString(2).length - 1, scheme.hash, digest)
}

function raise(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  let power = base
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * power) % modulus
    power = (power * power) % modulus
  }
  return result
}

/** Built and compared whole: parsing the padding is how signatures were forged (CVE-2006-4339). */
function isPkcs1(encoded: Uint8Array, hash: RsaScheme['hash'], digest: Uint8Array): boolean {
  const info = concatBytes(DIGEST_INFO[hash], digest)
  const padding = encoded.length - info.length - 3
  if (padding < 8) return false
  const expected = concatBytes(Uint8Array.of(0, 1), new Uint8Array(padding).fill(0xff), Uint8Array.of(0), info)
  return equalBytes(encoded, expected)
}

/** EMSA-PSS-VERIFY with a salt as long as the digest. @see RFC 8017 §9.1.2 */
function isPss(whole: Uint8Array, bits: number, hash: RsaScheme['hash'], digest: Uint8Array): boolean {
  const length = Math.ceil(bits / 8)
  const encoded = whole.subarray(whole.length - length)
  const size = digest.length
  const maskedLength = length - size - 1
  if (whole.length > length && whole[0] !== 0) return false
  if (maskedLength < size + 1 || encoded.at(-1) !== 0xbc) return false
  const unused = 0xff00 >> (8 * length - bits)
  const masked = encoded.subarray(0, maskedLength)
  const stated = encoded.subarray(maskedLength, maskedLength + size)
  if (((masked[0] ?? 0) & unused & 0xff) !== 0) return false
  const mask = makeMask(stated, maskedLength, hash)
  const block = masked.map((byte, at) => byte ^ (mask[at] ?? 0))
  block[0] = (block[0] ?? 0) & ~unused & 0xff
  const one = maskedLength - size - 1
  if (block.subarray(0, one).some((byte) => byte !== 0) || block[one] !== 0x01) return false
  return equalBytes(HASHES[hash](concatBytes(new Uint8Array(8), digest, block.subarray(one + 1))), stated)
}

/** MGF1. @see RFC 8017 §B.2.1 */
function makeMask(seed: Uint8Array, length: number, hash: RsaScheme['hash']): Uint8Array {
  const parts: Uint8Array[] = []
  for (let counter = 0; counter * HASHES[hash].outputLen < length; counter++)
    parts.push(HASHES[hash](concatBytes(seed, Uint8Array.of(0, 0, counter >> 8, counter & 0xff))))
  return concatBytes(...parts).subarray(0, length)
}

const readNumber = (bytes: Uint8Array) => BigInt(`0x${encodeHex(bytes) || '0'}`)

const writeNumber = (number: bigint, length: number) => decodeHex(number.toString(16).padStart(2 * length, '0'))
