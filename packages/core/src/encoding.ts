import { readBase64 } from '#base64'
import { MakotoError } from './errors.ts'

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Strict: refuses what is not UTF-8; a byte order mark is kept, so that the caller sees it. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new MakotoError('encoding-invalid', 'the bytes are not UTF-8', { cause })
  }
}

/** Lower-case hex (FORMATS §0). */
export function encodeHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}

/** Strict: lower case only, whole bytes only. */
export function decodeHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new MakotoError('encoding-invalid', 'not lower-case hex')
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
}

/** Standard alphabet, padded (FORMATS §0). */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}

/** Strict: standard alphabet, padded, no white space, and no bits set beyond the last byte. */
export function decodeBase64(text: string): Uint8Array {
  const bytes = readBase64(text)
  if (bytes === undefined) throw new MakotoError('encoding-invalid', 'not standard padded base64')
  return bytes
}

export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => joinBytes(parts)

/** As many as there are: what is spread into a call is an argument each, and some hundred thousand of them are refused. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Not constant-time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The order of the strings' UTF-8 bytes, which is that of their code points (and not that of JavaScript's `<`). */
export function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1
  }
  return a.length - b.length
}

/** True where the string is not well formed: UTF-8 cannot hold it. */
export function hasLoneSurrogate(text: string): boolean {
  return !text.isWellFormed()
}

const isSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdfff
