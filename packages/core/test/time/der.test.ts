import { decodeHex } from '@makoto/core'
import { describe, expect, it } from 'vitest'
import { readCertificateTime, readGeneralizedTime } from '../../src/time/asn1-time.ts'
import { childrenOf, readBoolean, readDer, readInteger, readSmallInteger, TAG } from '../../src/time/der-reader.ts'
import { writeDer, writeUnsigned } from '../../src/time/der-writer.ts'

const refused = expect.objectContaining({ code: 'timestamp-invalid' })
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('DER is refused', () => {
  it.each([
    ['an indefinite length', '30800000'],
    ['a long length where a short one does', '308103020101'],
    ['a length with a leading zero', `30820080${'05000500'.repeat(32)}`],
    ['a length of five bytes', '30850000000003020101'],
    ['a length beyond the end', '3004020101'],
    ['bytes behind the end', '300302010100'],
    ['a child that leaves its parent', '30030202010000'],
    ['a tag of several bytes', '3f8101020101'],
    ['a tag without its length', '30'],
    ['nothing', ''],
  ])('with %s', (_, text) => {
    expect(() => childrenOf(readDer(decodeHex(text), TAG.sequence))).toThrow(refused)
  })

  it.each([
    ['a padded positive', '02020001'],
    ['a padded negative', '0202ff80'],
    ['an empty one', '0200'],
  ])('with an integer that is %s', (_, text) => {
    expect(() => readInteger(readDer(decodeHex(text), TAG.integer))).toThrow(refused)
  })

  it('with a boolean that is neither', () => {
    expect(() => readBoolean(readDer(decodeHex('010101'), TAG.boolean))).toThrow(refused)
  })

  it('with a small number that is negative', () => {
    expect(() => readSmallInteger(readDer(decodeHex('0201ff'), TAG.integer))).toThrow(refused)
  })
})

describe('DER is written', () => {
  it.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('with the shortest length for %i bytes', (length, head) => {
    const bytes = writeDer(TAG.octetString, new Uint8Array(length))
    expect(hex(bytes.subarray(0, head.length / 2))).toBe(head)
    expect(childrenOf(readDer(writeDer(TAG.sequence, bytes), TAG.sequence))).toHaveLength(1)
  })

  it('with numbers that stay positive', () => {
    expect(hex(writeUnsigned(Uint8Array.of(0, 0, 0x80)))).toBe('02020080')
    expect(hex(writeUnsigned(Uint8Array.of(0)))).toBe('020100')
  })
})

const timeNode = (tag: number, text: string) => readDer(writeDer(tag, new TextEncoder().encode(text)), tag)

describe('a time', () => {
  it.each([
    ['20261121032000Z', '2026-11-21T03:20:00.000Z'],
    ['20261121032000.5Z', '2026-11-21T03:20:00.500Z'],
    ['20261121032000.123999999Z', '2026-11-21T03:20:00.123Z'],
    ['20240229235959.001Z', '2024-02-29T23:59:59.001Z'],
  ])('%s is read, and truncated to milliseconds', (text, iso) => {
    expect(new Date(readGeneralizedTime(timeNode(TAG.generalizedTime, text))).toISOString()).toBe(iso)
  })

  it.each([
    '20261121032000',
    '202611210320Z',
    '20261121032000.Z',
    '20261121032000.10Z',
    '20261121032000.1234567891Z',
    '20261121032000+0100',
    '20260230000000Z',
    '20261121240000Z',
    '20261121235960Z',
    '20261321032000Z',
    '２０261121032000Z',
  ])('%s is refused', (text) => {
    expect(() => readGeneralizedTime(timeNode(TAG.generalizedTime, text))).toThrow(refused)
  })

  it('of a certificate has its century by RFC 5280', () => {
    expect(new Date(readCertificateTime(timeNode(TAG.utcTime, '491231235959Z'))).getUTCFullYear()).toBe(2049)
    expect(new Date(readCertificateTime(timeNode(TAG.utcTime, '500101000000Z'))).getUTCFullYear()).toBe(1950)
  })
})
