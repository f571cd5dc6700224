import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { compressGzip, decompressGzip, encodeUtf8 } from '../../src/index.ts'

const bytes = encodeUtf8('one line\n'.repeat(1000))

it('writes what gunzip reads, the same each time', () => {
  expect(execFileSync('gunzip', { input: compressGzip(bytes) }).equals(bytes)).toBe(true)
  expect(compressGzip(bytes)).toEqual(compressGzip(bytes))
})

it('reads what gzip writes, and no more than the caller allows', () => {
  const gzip = execFileSync('gzip', ['-9'], { input: bytes })
  expect(Buffer.compare(decompressGzip(gzip, { maxBytes: bytes.length }), bytes)).toBe(0)
  expect(() => decompressGzip(gzip, { maxBytes: bytes.length - 1 })).toThrow(
    expect.objectContaining({ code: 'limit-exceeded' }),
  )
})

it.each([
  ['text', bytes],
  ['an object cut short', compressGzip(bytes).subarray(0, -4)],
  ['nothing', new Uint8Array()],
])('refuses %s', (_what, damaged) => {
  expect(() => decompressGzip(damaged, { maxBytes: 100_000 })).toThrow(
    expect.objectContaining({ code: 'gzip-invalid' }),
  )
})
