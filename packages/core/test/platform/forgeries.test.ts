import { constants, createHash, generateKeyPairSync, type KeyObject, privateEncrypt, sign } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, it } from 'vitest'
import { concatBytes, decodeHex, encodeHex, encodeUtf8 } from '../../src/encoding.ts'
import * as node from '../../src/platform/node.ts'
import * as web from '../../src/platform/web.ts'

const MESSAGE = encodeUtf8('the bytes that were signed')

const spkiOf = (publicKey: KeyObject) => new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
const littleEndian = (bytes: Uint8Array) => BigInt(`0x${encodeHex(bytes.toReversed())}`)
const reversed = (number: bigint) => decodeHex(number.toString(16).padStart(64, '0')).reverse()

/** A signature of the key's own maker whose commitment has a part of order eight: it holds only if one multiplies by the cofactor. */
function signWithTorsion(): { spki: Uint8Array; signature: Uint8Array; holdsWithCofactor: boolean } {
  const { Point } = ed25519
  const order = Point.Fn.ORDER
  const torsion = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
  const secret = new Uint8Array(32).fill(7)
  const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(secret)
  const nonce = 123456789123456789n
  const commitment = Point.BASE.multiply(nonce).add(torsion).toBytes()
  const digest = createHash('sha512').update(commitment).update(pointBytes).update(MESSAGE).digest()
  const challenge = littleEndian(new Uint8Array(digest)) % order
  const signature = concatBytes(commitment, reversed((nonce + challenge * scalar) % order))
  const spki = concatBytes(decodeHex('302a300506032b6570032100'), pointBytes)
  const holdsWithCofactor = ed25519.verify(signature, MESSAGE, pointBytes, { zip215: false })
  return { spki, signature, holdsWithCofactor }
}

const SHA256_INFO = '3031300d060960864801650304020105000420'
const digest = createHash('sha256').update(MESSAGE).digest('hex')
const pad = (head: string, count: number, tail: string) => `${head}${'ff'.repeat(count)}00${tail}`

/** Blocks of 256 bytes that a lenient reader takes for PKCS#1 v1.5, and one that is. */
const BLOCKS: readonly (readonly [string, string, boolean])[] = [
  ['as it should be', pad('0001', 202, SHA256_INFO + digest), true],
  ['with bytes behind the digest', pad('0001', 8, SHA256_INFO + digest + 'aa'.repeat(194)), false],
  ['with bytes between padding and digest', `0001${'ff'.repeat(8)}${'aa'.repeat(194)}00${SHA256_INFO}${digest}`, false],
  ['without the NULL', pad('0001', 204, `302f300b0609608648016503040201${'0420'}${digest}`), false],
  ['of block type 2', pad('0002', 202, SHA256_INFO + digest), false],
  ['with the bare digest', pad('0001', 221, digest), false],
]

function signRaw(block: string, privateKey: KeyObject): Uint8Array {
  const bytes = Buffer.from(block.padEnd(512, '0').slice(0, 512), 'hex')
  return new Uint8Array(privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, bytes))
}

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** One signature in 256 begins with a zero byte. */
function signWithLeadingZero(padding: 'pkcs1' | 'pss'): { message: Uint8Array; signature: Uint8Array } {
  const how = padding === 'pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING
  const options = padding === 'pss' ? { padding: how, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : { padding: how }
  for (let count = 0; ; count++) {
    const message = encodeUtf8(`message ${count}`)
    const signature = new Uint8Array(sign('sha256', message, { key: RSA.privateKey, ...options }))
    if (signature[0] === 0) return { message, signature }
  }
}

describe.each([
  ['node', node],
  ['web', web],
] as const)('platform %s', (_, { importPublicKey, verifyWithKey }) => {
  it.each(BLOCKS)('judges an RSA block %s', (_, block, expected) => {
    const key = importPublicKey(spkiOf(RSA.publicKey))
    const signature = signRaw(block, RSA.privateKey)
    expect(verifyWithKey(key, { padding: 'pkcs1', hash: 'sha256' }, MESSAGE, signature)).toBe(expected)
  })

  it('refuses an RSA signature with the modulus added, the same number otherwise', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2050 })
    const { n = '' } = privateKey.export({ format: 'jwk' })
    const signature = new Uint8Array(sign('sha256', MESSAGE, privateKey))
    const sum = BigInt(`0x${encodeHex(signature)}`) + BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`)
    const key = importPublicKey(spkiOf(publicKey))
    const scheme = { padding: 'pkcs1', hash: 'sha256' } as const
    expect(verifyWithKey(key, scheme, MESSAGE, signature)).toBe(true)
    expect(verifyWithKey(key, scheme, MESSAGE, decodeHex(sum.toString(16).padStart(514, '0')))).toBe(false)
  })

  it('refuses a PSS salt of another length than the digest', () => {
    const key = importPublicKey(spkiOf(RSA.publicKey))
    const signatures = [32, 31, 0].map((saltLength) =>
      sign('sha256', MESSAGE, { key: RSA.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }),
    )
    const scheme = { padding: 'pss', hash: 'sha256' } as const
    const verdicts = signatures.map((signature) => verifyWithKey(key, scheme, MESSAGE, new Uint8Array(signature)))
    expect(verdicts).toEqual([true, false, false])
  })

  it.each(['pkcs1', 'pss'] as const)('refuses an RSA signature (%s) whose leading zero was left out', (padding) => {
    const key = importPublicKey(spkiOf(RSA.publicKey))
    const scheme = { padding, hash: 'sha256' } as const
    const { message, signature } = signWithLeadingZero(padding)
    expect(verifyWithKey(key, scheme, message, signature)).toBe(true)
    expect(verifyWithKey(key, scheme, message, signature.subarray(1))).toBe(false)
  })

  it('refuses an Ed25519 signature that holds only with the cofactor', () => {
    const { spki, signature, holdsWithCofactor } = signWithTorsion()
    expect(holdsWithCofactor).toBe(true)
    expect(verifyWithKey(importPublicKey(spki), { hash: null }, MESSAGE, signature)).toBe(false)
  })
})

/** Under a key of small order a signature of any message is found in a few tries, without any secret. */
function* forgeUnder(key: string, scalar: bigint): Generator<{ spki: Uint8Array; signature: Uint8Array }> {
  const { Point } = ed25519
  const point = Point.fromHex(key)
  const base = scalar === 0n ? Point.ZERO : Point.BASE.multiply(scalar)
  const spki = concatBytes(decodeHex('302a300506032b6570032100'), decodeHex(key))
  for (let times = 0n; times < 8n; times++) {
    const commitment = base.subtract(point.multiplyUnsafe(times))
    yield { spki, signature: concatBytes(commitment.toBytes(), reversed(scalar)) }
  }
}

it.each([
  ['1', '0100000000000000000000000000000000000000000000000000000000000000'],
  ['2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
  ['4', '0000000000000000000000000000000000000000000000000000000000000000'],
  ['8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
])('takes no signature under an Ed25519 key of order %s, neither in a browser nor here', (_order, key) => {
  const forged = [0n, 5n, 77n].flatMap((scalar) => [...forgeUnder(key, scalar)])
  const verdicts = forged.map(({ spki, signature }) => [
    web.verifyWithKey(web.importPublicKey(spki), { hash: null }, MESSAGE, signature),
    node.verifyWithKey(node.importPublicKey(spki), { hash: null }, MESSAGE, signature),
  ])
  expect(verdicts).toEqual(forged.map(() => [false, false]))
})
