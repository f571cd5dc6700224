import { createPublicKey } from 'node:crypto'
import { type TrustedLog, verifyCertificateTimestamps } from '@makoto/core'
import { type Issued, issueCertificate, startCertificateLog } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'
import { readPublicKey } from '../../src/key/public-key.ts'
import { parseCertificateTimestamps } from '../../src/log/certificate-timestamp.ts'
import { readPrecertificate } from '../../src/log/precertificate.ts'

const NOW = new Date('2026-11-21T03:20:00.000Z')
const validity = { notBefore: new Date(NOW.getTime() - 60_000), notAfter: new Date(NOW.getTime() + 600_000) }

const issuer = issueCertificate({ name: 'authority', ...validity, authority: {}, keyUsage: 'certify' })
const issuerKey = createPublicKey(issuer.privateKey)
const issuerSpki = new Uint8Array(issuerKey.export({ format: 'der', type: 'spki' }))

const log = startCertificateLog()
const key = readPublicKey(new Uint8Array(log.spki))
const logs: TrustedLog[] = [{ name: 'ct.example', id: log.id, key, validFor: { start: 0, end: NOW.getTime() } }]

const promise = (body: Buffer, of = log) => of.timestampExtension(body, issuerKey, NOW)
const issue = (embed: (body: Buffer) => Buffer): Issued =>
  issueCertificate({ name: 'leaf', ...validity, issuer, embed })
const verify = ({ der }: Issued) => verifyCertificateTimestamps(new Uint8Array(der), issuerSpki, logs)

describe('the timestamps in a certificate', () => {
  it('hold for the certificate without them', () => {
    expect(verify(issue(promise))).toEqual({ ok: true, log: logs[0], time: NOW })
  })

  it('are one list', () => {
    const twice = issue((body) => Buffer.concat([promise(body), promise(body)]))
    expect(verify(twice)).toMatchObject({ code: 'log-invalid', message: expect.stringMatching('two lists') })
  })

  it('of a log that is not trusted count for nothing', () => {
    const stranger = startCertificateLog()
    expect(verify(issue((body) => promise(body, stranger)))).toMatchObject({ code: 'log-untrusted' })
  })
})

/** One promise, as its list holds it, between the lengths of list and promise. */
const list = new Uint8Array(readPrecertificate(new Uint8Array(issue(promise).der)).timestamps ?? [])
const one = list.subarray(2 + 2 + 2)

/** DER's OCTET STRING, TLS's list, TLS's promise, and what is wrong with them. */
function write(promises: readonly Uint8Array[], { after = 0, length = 0 } = {}): Uint8Array {
  const vectors = promises.flatMap((bytes) => [bytes.length >> 8, bytes.length & 0xff, ...bytes])
  const total = vectors.length + length
  const contents = [total >> 8, total & 0xff, ...vectors, ...Array.from({ length: after }, () => 0)]
  const sized = contents.length < 0x80 ? [contents.length] : [0x82, contents.length >> 8, contents.length & 0xff]
  return Uint8Array.of(
    0x04,
    ...(contents.length > 0x7f && contents.length < 0x100 ? [0x81, contents.length] : sized),
    ...contents,
  )
}

describe('a list of certificate timestamps', () => {
  it('is read', () => {
    expect(write([one])).toEqual(list)
    expect(parseCertificateTimestamps(list)).toMatchObject([{ logId: log.id, time: NOW.getTime() }])
    expect(parseCertificateTimestamps(write([one, one]))).toHaveLength(2)
    expect(parseCertificateTimestamps(write([]))).toEqual([])
  })

  it.each([
    ['bytes after its end', write([one], { after: 1 })],
    ['less than it says', write([one], { length: 1 })],
    ['a promise with bytes after its end', write([Uint8Array.of(...one, 0)])],
    ['a promise that is cut short', write([one.subarray(0, 40)])],
    ['a promise of another version', write([Uint8Array.of(1, ...one.subarray(1))])],
    ['too many promises', write(Array.from({ length: 17 }, () => one))],
  ])('is refused with %s', (_what, bytes) => {
    expect(() => parseCertificateTimestamps(bytes)).toThrow(expect.objectContaining({ code: 'log-invalid' }))
  })
})
