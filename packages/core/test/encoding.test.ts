import { describe, expect, it } from 'vitest'
import {
  compareUtf8,
  concatBytes,
  decodeBase64,
  decodeHex,
  decodeUtf8,
  encodeBase64,
  encodeHex,
  encodeUtf8,
  equalBytes,
  joinBytes,
} from '../src/encoding.ts'

const invalid = expect.objectContaining({ code: 'encoding-invalid' })

describe('encodings', () => {
  it.each([0, 1, 2, 3, 4, 255, 100_000])('hex and base64 of %i bytes are those of Node', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff)
    expect(encodeHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
    expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
    expect(equalBytes(decodeHex(encodeHex(bytes)), bytes)).toBe(true)
    expect(equalBytes(decodeBase64(encodeBase64(bytes)), bytes)).toBe(true)
  })

  it.each(['A', 'AA', 'AAA', 'AA=', 'AB==', 'AAB=', 'A===', '====', 'AA==\n', 'AA-_', ' AAAA', 'AA==AA=='])(
    'refuses the base64 %j',
    (text) => {
      expect(() => decodeBase64(text)).toThrow(invalid)
    },
  )

  it.each(['0', '0g', 'AB', '0x', ' 00'])('refuses the hex %j', (text) => {
    expect(() => decodeHex(text)).toThrow(invalid)
  })

  it('refuses bytes that are not UTF-8 and keeps a byte order mark', () => {
    expect(() => decodeUtf8(Uint8Array.of(0xff))).toThrow(invalid)
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf))).toBe('\ufeff')
  })

  it('joins bytes', () => {
    expect(concatBytes(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3))
  })

  it('joins more parts than a call can have arguments', () => {
    const parts = Array.from({ length: 300_000 }, (_, at) => Uint8Array.of(at))
    expect(joinBytes(parts).subarray(-3)).toEqual(Uint8Array.of(299_997, 299_998, 299_999))
  })

  it('orders strings by their UTF-8 bytes', () => {
    const texts = [
      '',
      'a',
      'ab',
      'b',
      'Z',
      'é',
      '\ufffd',
      '\ud800\udc00',
      '\ue000',
      '\ud83d\ude00',
      'a\ud83d\ude00',
      'a\ufb33',
    ]
    const byBytes = [...texts].sort((a, b) => Buffer.compare(encodeUtf8(a), encodeUtf8(b)))
    expect([...texts].sort(compareUtf8)).toEqual(byBytes)
  })
})
