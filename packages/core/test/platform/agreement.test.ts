import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/encoding.ts'
import type { SigningScheme } from '../../src/platform/imported-key.ts'
import * as node from '../../src/platform/node.ts'
import * as web from '../../src/platform/web.ts'

const MESSAGE = encodeUtf8('the bytes that were signed')
const HASHES = ['sha256', 'sha384', 'sha512'] as const

type Pair = { privateKey: KeyObject; publicKey: KeyObject }
type Case = { name: string; pair: Pair; scheme: SigningScheme; signature: Uint8Array }

const spkiOf = ({ publicKey }: Pair) => new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))

const PADDING = {
  pkcs1: { padding: constants.RSA_PKCS1_PADDING },
  pss: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
}

/** Signed by OpenSSL, with every key and every scheme that a verifier may meet. */
function signAll(): Case[] {
  const curves = (['P-256', 'P-384', 'P-521'] as const).flatMap((namedCurve) => {
    const pair = generateKeyPairSync('ec', { namedCurve })
    return HASHES.map((hash): Case => {
      const signature = new Uint8Array(sign(hash, MESSAGE, pair.privateKey))
      return { name: `${namedCurve} ${hash}`, pair, scheme: { hash }, signature }
    })
  })
  // 2050 and 3070 bits: a modulus that does not fill its bytes moves every boundary of PSS.
  const rsa = [2048, 2050, 3070, 4096].flatMap((modulusLength) => {
    const pair = generateKeyPairSync('rsa', { modulusLength })
    return (['pkcs1', 'pss'] as const).flatMap((padding) =>
      HASHES.map((hash): Case => {
        const signature = new Uint8Array(sign(hash, MESSAGE, { key: pair.privateKey, ...PADDING[padding] }))
        return { name: `RSA ${modulusLength} ${padding} ${hash}`, pair, scheme: { padding, hash }, signature }
      }),
    )
  })
  const pair = generateKeyPairSync('ed25519')
  const signature = new Uint8Array(sign(null, MESSAGE, pair.privateKey))
  return [...curves, ...rsa, { name: 'Ed25519', pair, scheme: { hash: null }, signature }]
}

const CASES = signAll()

/** The signature damaged in each of a few ways; most of it is arithmetic that must not depend on where. */
function damage(signature: Uint8Array): Uint8Array[] {
  const flipped = [0, 1, 2, 3, 4, signature.length >> 1, signature.length - 2, signature.length - 1].map((at) => {
    const copy = signature.slice()
    copy[at] = (copy[at] ?? 0) ^ 0x01
    return copy
  })
  const zeros = new Uint8Array(signature.length)
  const ones = new Uint8Array(signature.length).fill(0xff)
  return [...flipped, zeros, ones, signature.subarray(1), signature.subarray(0, -1), new Uint8Array([0, ...signature])]
}

const PLATFORMS = [
  ['node', node],
  ['web', web],
] as const

describe.each(PLATFORMS)('platform %s', (_, { importPublicKey, verifyWithKey }) => {
  it.each(CASES)('verifies $name of OpenSSL, and nothing like it', ({ pair, scheme, signature }) => {
    const key = importPublicKey(spkiOf(pair))
    expect(verifyWithKey(key, scheme, MESSAGE, signature)).toBe(true)
    expect(verifyWithKey(key, scheme, MESSAGE.subarray(1), signature)).toBe(false)
    expect(damage(signature).map((bad) => verifyWithKey(key, scheme, MESSAGE, bad))).not.toContain(true)
  })

  it.each(CASES)('refuses $name by every other scheme', ({ pair, scheme, signature }) => {
    const key = importPublicKey(spkiOf(pair))
    const schemes = CASES.filter((other) => other.pair !== pair || other.scheme !== scheme).map((other) => other.scheme)
    const others = [...schemes, { hash: null } as const].filter(
      ({ hash, padding }) => hash !== scheme.hash || (key.kind === 'rsa' && padding !== scheme.padding),
    )
    expect(others.map((other) => verifyWithKey(key, other, MESSAGE, signature))).not.toContain(true)
  })

  it('says what a key is, and takes no key that it does not know', () => {
    const kinds = [
      generateKeyPairSync('rsa', { modulusLength: 3072 }),
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      generateKeyPairSync('x25519'),
      generateKeyPairSync('ed448'),
    ].map((pair) => importPublicKey(spkiOf(pair)))
    expect(kinds.map(({ kind, name }) => [kind, name])).toEqual([
      ['rsa', 'rsa 3072'],
      ['other', 'rsa-pss'],
      ['other', 'ec secp256k1'],
      ['other', 'x25519'],
      ['other', 'ed448'],
    ])
    expect(kinds[0]).toMatchObject({ modulusLength: 3072, publicExponent: 65537n })
    expect(kinds.slice(1).map((key) => verifyWithKey(key, { hash: 'sha256' }, MESSAGE, MESSAGE))).not.toContain(true)
  })

  it('refuses a point that is not on its curve', () => {
    const spki = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 0x01
    expect(() => importPublicKey(spki)).toThrow()
  })

  it('refuses a key in a second form: a compressed point, an RSA key without its NULL', () => {
    const point = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
    const prefix = 0x02 | ((point.at(-1) ?? 0) & 1)
    const compressed = new Uint8Array([...point.subarray(0, 26), prefix, ...point.subarray(27, 59)])
    compressed.set([0x39], 1)
    compressed.set([0x22], 24)
    const bare = withoutNull(spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 })))
    expect(() => importPublicKey(compressed)).toThrow()
    expect(() => importPublicKey(bare)).toThrow()
  })
})

/** `30 82 LL LL 30 0d 06 09 … 05 00 …` without its `05 00`. */
function withoutNull(spki: Uint8Array): Uint8Array {
  const bare = new Uint8Array([...spki.subarray(0, 17), ...spki.subarray(19)])
  const length = bare.length - 4
  bare.set([length >> 8, length & 0xff], 2)
  bare.set([0x0b], 5)
  return bare
}

describe('gzip in a browser', () => {
  it('gives what node gives, and no more than allowed', async () => {
    const packed = new Uint8Array(gzipSync(new Uint8Array(100_000)))
    for (const { decompress } of [node, web]) {
      expect(await decompress(packed, 100_000)).toEqual(new Uint8Array(100_000))
      await expect(decompress(packed, 99_999)).rejects.toThrow(RangeError)
      await expect(decompress(MESSAGE, 100_000)).rejects.toThrow()
    }
  })
})
