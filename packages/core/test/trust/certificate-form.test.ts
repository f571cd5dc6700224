import { X509Certificate } from 'node:crypto'
import { startTimestampAuthority } from '@makoto/testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { concatBytes, decodeHex, encodeHex, encodeUtf8 } from '../../src/encoding.ts'
import { childrenOf, contentsOf, rawOf, readDer, TAG } from '../../src/time/der-reader.ts'
import { writeDer, writeSequence } from '../../src/time/der-writer.ts'
import { readCertificate } from '../../src/trust/certificate.ts'

let der: Uint8Array
beforeAll(async () => {
  const authority = await startTimestampAuthority()
  await authority.close()
  der = new Uint8Array(new X509Certificate(authority.rootPem).raw)
})

/** The certificate in its pieces, put together again after a change. */
function rebuild(change: {
  tbs?: (fields: Uint8Array[]) => Uint8Array[]
  outer?: (parts: Uint8Array[]) => Uint8Array[]
}) {
  const [tbs, algorithm, signature] = childrenOf(readDer(der, TAG.sequence))
  if (!tbs || !algorithm || !signature) throw new Error('not a certificate')
  const fields = childrenOf(tbs).map(rawOf)
  const parts = [writeSequence(...(change.tbs?.(fields) ?? fields)), rawOf(algorithm), rawOf(signature)]
  return writeSequence(...(change.outer?.(parts) ?? parts))
}

const replaced = (parts: readonly Uint8Array[], at: number, part: Uint8Array) =>
  parts.map((old, i) => (i === at ? part : old))

/** Its list of extensions, each a SEQUENCE, changed. */
const withExtensions = (change: (list: Uint8Array[]) => Uint8Array[]) =>
  rebuild({
    tbs: (fields) => {
      const [list] = childrenOf(readDer(fields.at(-1) ?? new Uint8Array(), 0xa3))
      const extensions = list === undefined ? [] : childrenOf(list).map(rawOf)
      return replaced(fields, fields.length - 1, writeDer(0xa3, writeSequence(...change(extensions))))
    },
  })

/** Fulcio's two extensions for who vouched: bare text, and the same in DER. */
const withIssuers = (bare: string, encoded: string) =>
  withExtensions((list) => [
    ...list,
    extension('2b0601040183bf300101', encodeUtf8(bare)),
    extension('2b0601040183bf300108', writeDer(0x0c, encodeUtf8(encoded))),
  ])

const extension = (id: string, value: Uint8Array) =>
  writeSequence(writeDer(TAG.oid, decodeHex(id)), writeDer(TAG.octetString, value))

const KEY_USAGE_ID = '551d0f'

/** Its key usage in so many octets, each of eight bits. */
const withKeyUsage = (octets: number) =>
  withExtensions((list) => [
    ...list.filter((each) => !encodeHex(each).includes(`0603${KEY_USAGE_ID}`)),
    extension(KEY_USAGE_ID, writeDer(TAG.bitString, new Uint8Array(octets + 1).fill(0xff, 1))),
  ])

const SHA384_WITH_ECDSA = decodeHex('300a06082a8648ce3d040303')

describe('a certificate', () => {
  it('is read as OpenSSL reads it', () => {
    const certificate = readCertificate(der)
    const known = new X509Certificate(der)
    expect(certificate.subjectName).toBe(known.subject.replaceAll('\n', ', '))
    expect(new Date(certificate.notBefore)).toEqual(new Date(known.validFrom))
    expect(new Date(certificate.notAfter)).toEqual(new Date(known.validTo))
    expect(encodeHex(certificate.spki)).toBe(known.publicKey.export({ format: 'der', type: 'spki' }).toString('hex'))
    expect(rebuild({})).toEqual(der)
  })

  it('names who vouched once, however often that is written', () => {
    const issuer = 'https://a.example'
    expect(readCertificate(withIssuers(issuer, issuer)).oidcIssuer).toBe(issuer)
  })

  it.each<[string, () => Uint8Array]>([
    ['two signature algorithms', () => rebuild({ outer: (parts) => replaced(parts, 1, SHA384_WITH_ECDSA) })],
    ['version 1', () => rebuild({ tbs: (fields) => fields.slice(1) })],
    ['version 2', () => rebuild({ tbs: (fields) => replaced(fields, 0, decodeHex('a003020101')) })],
    ['a field behind the last', () => rebuild({ tbs: (fields) => [...fields, decodeHex('0500')] })],
    ['a fourth part', () => rebuild({ outer: (parts) => [...parts, decodeHex('0500')] })],
    ['two issuers that vouch for its name', () => withIssuers('https://a.example', 'https://b.example')],
    ['an extension that stands twice', () => withExtensions((list) => [...list, ...list.slice(0, 1)])],
    [
      'a signature that ends inside a byte',
      () => rebuild({ outer: (parts) => replaced(parts, 2, shiftBits(parts[2])) }),
    ],
    ['bytes behind its end', () => concatBytes(der, Uint8Array.of(0))],
    ['a point beside its curve', () => breakKey()],
    ['a key usage of no bits', () => withKeyUsage(0)],
    ['a key usage of more bits than there are', () => withKeyUsage(3)],
    [
      'more bytes than any certificate has',
      () => withExtensions((list) => [...list, extension('2a0304', new Uint8Array(65_536))]),
    ],
  ])('with %s is refused', (_, make) => {
    expect(() => readCertificate(make())).toThrow(expect.objectContaining({ code: 'trust-invalid' }))
  })

  it('may say its key usage in one octet or two', () => {
    expect([withKeyUsage(1), withKeyUsage(2)].map((bytes) => readCertificate(bytes).keyUsage?.size)).toEqual([8, 16])
  })

  it('writes what could pass for another name as what it is', () => {
    const name = writeSequence(
      writeDer(TAG.set, writeSequence(decodeHex('0603550403'), writeDer(0x0c, new TextEncoder().encode('a, CN=b')))),
      writeDer(TAG.set, writeSequence(decodeHex('0603550403'), writeDer(0x0c, decodeHex('ff')))),
      writeDer(TAG.set, writeSequence(decodeHex('06032a0304'), writeDer(0x13, new TextEncoder().encode('c')))),
    )
    const named = rebuild({ tbs: (fields) => replaced(fields, 5, name) })
    expect(readCertificate(named).subjectName).toBe('CN=a\\, CN\\=b, CN=#ff, oid.2a0304=c')
  })
})

function shiftBits(signature: Uint8Array | undefined): Uint8Array {
  const bits = contentsOf(readDer(signature ?? new Uint8Array(), TAG.bitString)).slice()
  bits[0] = 1
  return writeDer(TAG.bitString, bits)
}

function breakKey(): Uint8Array {
  return rebuild({
    tbs: (fields) => {
      const spki = (fields[6] ?? new Uint8Array()).slice()
      spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1
      return replaced(fields, 6, spki)
    },
  })
}
