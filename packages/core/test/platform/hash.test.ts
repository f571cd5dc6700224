import { describe, expect, it } from 'vitest'
import { encodeHex, encodeUtf8 } from '../../src/encoding.ts'
import * as node from '../../src/platform/node.ts'
import * as web from '../../src/platform/web.ts'

/** FIPS 180-4's own examples, and the million letters of FIPS 180-2. */
const VECTORS = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
] as const

/** FIPS 180-4's examples again. */
const HASHES = [
  ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['sha384', 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7'],
  [
    'sha512',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
] as const

describe.each([
  ['node', node],
  ['web', web],
])('platform %s', (_name, platform) => {
  it.each(VECTORS)('hashes %.20s at once', (text, expected) => {
    expect(encodeHex(platform.sha256(encodeUtf8(text)))).toBe(expected)
  })

  it.each(VECTORS)('hashes %.20s in parts', (text, expected) => {
    const bytes = encodeUtf8(text)
    const state = platform.startSha256()
    for (let at = 0; at < bytes.length; at += 997) state.update(bytes.subarray(at, at + 997))
    expect(encodeHex(state.digest())).toBe(expected)
  })

  it.each(HASHES)('hashes abc with %s', (name, expected) => {
    expect(encodeHex(platform.hashBytes(name, encodeUtf8('abc')))).toBe(expected)
  })

  it('has an absolute directory to start from', () => {
    expect(platform.workingDirectory()).toMatch(/^\//)
  })
})
