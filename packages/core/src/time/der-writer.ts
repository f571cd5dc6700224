import { concatBytes, decodeHex } from '../encoding.ts'
import { TAG } from './der-reader.ts'

export function writeDer(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const value = concatBytes(...contents)
  return concatBytes(Uint8Array.of(tag, ...lengthBytes(value.length)), value)
}

export const writeSequence = (...fields: readonly Uint8Array[]) => writeDer(TAG.sequence, ...fields)

/** `contents` in hex, as the reader gives it. */
export const writeOid = (contents: string) => writeDer(TAG.oid, decodeHex(contents))

/** A number that is not negative, from its big-endian bytes. */
export function writeUnsigned(bytes: Uint8Array): Uint8Array {
  const firstDigit = bytes.findIndex((byte) => byte !== 0)
  const digits = firstDigit === -1 ? Uint8Array.of(0) : bytes.subarray(firstDigit)
  return writeDer(TAG.integer, (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(), digits)
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}
