import { describe, expect, it } from 'vitest'
import { canonicalize, type JsonValue } from '../src/canonical-json.ts'
import { decodeUtf8, encodeUtf8 } from '../src/encoding.ts'
import { parseJson } from '../src/parse-json.ts'
import { readFixture } from './fixtures.ts'

interface Vectors {
  readonly values: readonly { name: string; input: string; canonical: string; why: string }[]
  readonly numbers: readonly { bits: string; text: string | null }[]
  readonly refusals: readonly { input?: string; bytes?: string; why: string }[]
}

const { values, numbers, refusals } = readFixture<Vectors>('jcs.json')
const refusesWith = (code: string) => expect.objectContaining({ code })
const doubleOf = (bits: string) => Buffer.from(bits, 'hex').readDoubleBE()

describe('canonicalize', () => {
  it.each(values)('$name: $why', ({ input, canonical }) => {
    expect(decodeUtf8(canonicalize(parseJson(encodeUtf8(input))))).toBe(canonical)
  })

  it.each(values)('$name: the result is its own canonical form', ({ canonical }) => {
    expect(decodeUtf8(canonicalize(parseJson(encodeUtf8(canonical))))).toBe(canonical)
  })

  it.each(numbers.filter(({ text }) => text !== null))('prints the double $bits as $text', ({ bits, text }) => {
    expect(decodeUtf8(canonicalize(doubleOf(bits)))).toBe(text)
  })

  it.each(numbers.filter(({ text }) => text === null))('refuses the double $bits', ({ bits }) => {
    expect(() => canonicalize(doubleOf(bits))).toThrow(refusesWith('json-invalid'))
  })

  const outside = (value: unknown): JsonValue => value as JsonValue
  it.each([
    ['half of a surrogate pair', '\ud800'],
    ['half of a surrogate pair in a key', { '\udc00': 1 }],
    ['undefined', { a: undefined }],
    ['a hole', new Array(1)],
    ['a date', new Date(0)],
    ['bytes', new Uint8Array(1)],
    ['a map', new Map()],
    ['a bigint', 1n],
    ['a function', () => 1],
  ])('refuses %s', (_what, value) => {
    expect(() => canonicalize(outside(value))).toThrow(refusesWith('json-invalid'))
  })

  it('refuses what never ends', () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(() => canonicalize(outside(circle))).toThrow(refusesWith('limit-exceeded'))
  })
})

describe('parseJson', () => {
  it.each(refusals)('refuses $why', ({ input, bytes }) => {
    const text = bytes === undefined ? encodeUtf8(input ?? '') : Buffer.from(bytes, 'base64')
    expect(() => parseJson(text)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(json-invalid|encoding-invalid|limit-exceeded)$/) }),
    )
  })

  it('reads what JSON.parse reads', () => {
    const text = ' {"a":[1,-2.5e3,true,false,null,"\\u00e9\\n\\/"],"b":{},"c":[],"d":"\\ud83d\\ude00 x","":[[{}]]}\n'
    expect(parseJson(encodeUtf8(text))).toEqual(JSON.parse(text))
  })

  it('keeps __proto__ a key and touches no prototype', () => {
    const value = parseJson(encodeUtf8('{"__proto__":{"polluted":true},"constructor":1}'))
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })

  it('reads no more than the caller allows', () => {
    expect(() => parseJson(encodeUtf8('[1]'), { maxBytes: 2 })).toThrow(refusesWith('limit-exceeded'))
    expect(() => parseJson(encodeUtf8('[[1]]'), { maxDepth: 1 })).toThrow(refusesWith('limit-exceeded'))
    expect(parseJson(encodeUtf8('[[1]]'), { maxBytes: 5, maxDepth: 2 })).toEqual([[1]])
  })

  it('reads and writes 16 MiB', () => {
    const item = { name: 'part-0000.parquet', digest: { sha256: 'e3'.repeat(32) }, size: '123', note: 'é\n' }
    const all = canonicalize(Array.from({ length: 110_000 }, () => item))
    expect(all.length).toBeGreaterThan(15 * 1024 * 1024)
    expect(Buffer.compare(canonicalize(parseJson(all)), all)).toBe(0)
  })
})
