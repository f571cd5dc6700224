import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { type CertificateOptions, der, type Issued, issueCertificate } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'
import { readCertificate } from '../../src/trust/certificate.ts'
import { findChains } from '../../src/trust/certificate-chain.ts'
import { CODE_SIGNING } from './signing-authority.ts'

const validity = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') }
const authority = { ...validity, authority: {}, keyUsage: 'certify' } as const
const leafOf = (issuer: Issued, options: Partial<CertificateOptions> = {}) =>
  issueCertificate({
    name: 'leaf',
    ...validity,
    keyUsage: 'sign',
    extendedKeyUsage: { purposes: [CODE_SIGNING], critical: false },
    issuer,
    ...options,
  })
const read = ({ der: bytes }: Issued) => readCertificate(new Uint8Array(bytes))

const SIGNING = '2b06010505070303'
const chainsOf = (leaf: Issued, between: readonly Issued[], root: Issued) =>
  findChains(read(leaf), between.map(read), [read(root)], SIGNING)

describe('a chain', () => {
  it('is valid as long as all of its certificates are', () => {
    const root = issueCertificate({ name: 'root', ...authority })
    const middle = issueCertificate({
      name: 'middle',
      ...authority,
      notAfter: new Date('2026-06-01T00:00:00Z'),
      issuer: root,
    })
    const leaf = leafOf(middle, { notBefore: new Date('2026-02-01T00:00:00Z') })
    const [chain, ...others] = chainsOf(leaf, [middle], root)
    expect(others).toEqual([])
    expect(chain).toMatchObject({
      notBefore: Date.parse('2026-02-01T00:00:00Z'),
      notAfter: Date.parse('2026-06-01T00:00:00Z'),
      issuer: { subjectName: 'CN=middle' },
    })
  })

  it('leads over no certificate that is no authority', () => {
    const root = issueCertificate({ name: 'root', ...authority })
    const middle = issueCertificate({ name: 'middle', ...validity, keyUsage: 'certify', issuer: root })
    expect(chainsOf(leafOf(middle), [middle], root)).toEqual([])
  })

  it('needs the issuer itself, not its name', () => {
    const root = issueCertificate({ name: 'root', ...authority })
    const posing = issueCertificate({ name: 'root', ...authority })
    expect(chainsOf(leafOf(posing), [], root)).toEqual([])
  })

  it('ends at no RSA key under which every message is its own signature', () => {
    const root = issueCertificate({ name: 'root', ...authority })
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const withExponent = (e: string) => ({
      privateKey,
      publicKey: createPublicKey({ key: { ...publicKey.export({ format: 'jwk' }), e }, format: 'jwk' }),
    })
    expect(chainsOf(leafOf(root, { keyPair: withExponent('AQAB') }), [], root)).toHaveLength(1)
    expect(chainsOf(leafOf(root, { keyPair: withExponent('AQ') }), [], root)).toEqual([])
  })

  it('is not looked for without end among authorities that all certify each other', () => {
    const keyPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const root = issueCertificate({ name: 'root', ...authority })
    const first = issueCertificate({ name: 'ring', ...authority, keyPair })
    const ring = Array.from({ length: 14 }, () =>
      issueCertificate({ name: 'ring', ...authority, keyPair, issuer: first }),
    )
    expect(chainsOf(leafOf(first), ring, root)).toEqual([])
  })
})

describe('a certificate', () => {
  const bytes = new Uint8Array(issueCertificate({ name: 'root', ...authority }).der)
  const refusal = expect.objectContaining({ code: 'trust-invalid' })

  it('ends where it ends', () => {
    expect(readCertificate(bytes).subjectName).toBe('CN=root')
    expect(() => readCertificate(new Uint8Array([...bytes, 0]))).toThrow(refusal)
    expect(() => readCertificate(bytes.subarray(0, -1))).toThrow(refusal)
  })

  it('has a serial number that is not negative', () => {
    const at = bytes.findIndex((byte, i) => byte === 0x02 && bytes[i + 1] === 16)
    const negative = Uint8Array.from(bytes)
    negative[at + 2] = 0x80
    expect(() => readCertificate(negative)).toThrow(refusal)
  })

  it('has one length for each field, the shortest', () => {
    const inner = bytes.subarray(4)
    const longer = new Uint8Array([0x30, 0x83, 0, bytes[2] ?? 0, bytes[3] ?? 0, ...inner])
    expect(bytes[1]).toBe(0x82)
    expect(() => readCertificate(longer)).toThrow(refusal)
  })

  it('names nobody with bytes that nobody sees', () => {
    const root = issueCertificate({ name: 'root', ...authority })
    const name = der(0x30, der(0x81, Buffer.from('anna@example.com\0.evil.test')))
    const extension = der(0x30, der(0x06, Buffer.from('551d11', 'hex')), der(0x04, name))
    expect(() => read(leafOf(root, { extensions: [extension] }))).toThrow(refusal)
  })

  it('has one issuer of its identity', () => {
    const root = issueCertificate({ name: 'root', ...authority })
    const told = (id: string, value: Buffer) => der(0x30, der(0x06, Buffer.from(id, 'hex')), der(0x04, value))
    const bare = told('2b0601040183bf300101', Buffer.from('https://one.example'))
    const encoded = told('2b0601040183bf300108', der(0x0c, Buffer.from('https://two.example')))
    expect(read(leafOf(root, { extensions: [bare] })).oidcIssuer).toBe('https://one.example')
    expect(() => read(leafOf(root, { extensions: [bare, encoded] }))).toThrow(refusal)
  })
})
