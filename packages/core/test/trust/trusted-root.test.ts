import { encodeUtf8, parseCertificateAuthorities, parseTimestampAuthorities, parseTrustedRoot } from '@makoto/core'
import { createTransparencyLog, renderTrustedRoot, startFulcio, startTimestampAuthority } from '@makoto/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeCorpus, readCorpus } from '../corpora.ts'

async function makeRoot() {
  const [fulcio, authority] = [await startFulcio(), await startTimestampAuthority()]
  onTestFinished(async () => {
    await Promise.all([fulcio.close(), authority.close()])
  })
  const [first, second] = [createTransparencyLog({ rekor: 1 }), createTransparencyLog({ origin: 'log.example/2026' })]
  const root = JSON.parse(renderTrustedRoot({ fulcio, timestampChainPem: authority.chainPem }))
  return { ...root, tlogs: [first.trustedRootEntry, second.trustedRootEntry] }
}

const parse = (root: object) => parseTrustedRoot(encodeUtf8(JSON.stringify(root)))
const refusal = expect.objectContaining({ code: 'trust-invalid' })

describe("Sigstore's trusted root", () => {
  it('holds authorities and logs, each with its window', async () => {
    const root = parse(await makeRoot())
    const start = Date.parse('2020-01-01T00:00:00Z')
    expect(root.certificateAuthorities).toMatchObject([
      {
        name: 'CN=Makoto test Fulcio root',
        kind: 'fulcio',
        intermediates: [expect.anything()],
        validFor: { start, end: Number.POSITIVE_INFINITY },
      },
    ])
    expect(root.timestampAuthorities).toMatchObject([{ signers: [expect.anything()], validFor: { start } }])
    expect(root.certificateLogs).toHaveLength(1)
    expect(root.transparencyLogs.map(({ key }) => key.algorithm)).toEqual(['ecdsa-p256', 'ed25519'])
  })

  it('names the origin of a log that is known by it, and of no other', async () => {
    const { transparencyLogs } = parse(await makeRoot())
    expect(transparencyLogs.map(({ origin }) => origin)).toEqual([undefined, 'log.example/2026'])
  })

  it('is read by the ways in which authorities are read from certificates', async () => {
    const text = JSON.stringify(await makeRoot())
    expect(parseTimestampAuthorities(text)).toHaveLength(1)
    expect(parseCertificateAuthorities(encodeUtf8(text))).toMatchObject([{ kind: 'fulcio' }])
  })

  it('ends no window where it says null, and begins none where it says nothing', async () => {
    const root = await makeRoot()
    const [log] = root.tlogs
    const withWindow = (validFor: object) => ({
      ...root,
      tlogs: [{ ...log, publicKey: { ...log.publicKey, validFor } }],
    })
    const [open] = parse(withWindow({ start: '2021-01-12T11:53:27Z', end: null })).transparencyLogs
    expect(open?.validFor).toEqual({ start: Date.parse('2021-01-12T11:53:27Z'), end: Number.POSITIVE_INFINITY })
    expect(() => parse(withWindow({}))).toThrow(refusal)
    expect(() => parse(withWindow({ end: '2021-01-12T11:53:27Z' }))).toThrow(refusal)
    const { validFor: _, ...unlimited } = log.publicKey
    expect(() => parse({ ...root, tlogs: [{ ...log, publicKey: unlimited }] })).toThrow(refusal)
  })

  it('counts no log whose key is of a kind that we do not take', async () => {
    const root = await makeRoot()
    const [log] = root.tlogs
    for (const keyDetails of ['PKCS1_RSA_PKCS1V5', 'PKIX_ED25519_PH', '__proto__'])
      expect(
        parse({ ...root, tlogs: [{ ...log, publicKey: { ...log.publicKey, keyDetails } }] }).transparencyLogs,
      ).toEqual([])
  })

  it('is refused where a log’s key is not of the kind that is declared, or none', async () => {
    const root = await makeRoot()
    const [log] = root.tlogs
    const withKey = (change: object) => ({ ...root, tlogs: [{ ...log, publicKey: { ...log.publicKey, ...change } }] })
    expect(() => parse(withKey({ keyDetails: 'PKIX_ED25519' }))).toThrow(refusal)
    expect(() => parse(withKey({ rawBytes: 'AAAA' }))).toThrow(refusal)
  })

  it.each([
    [
      'of another version',
      (root: object) => ({ ...root, mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=9.9' }),
    ],
    ['that is a list', () => []],
    [
      'with endless logs',
      (root: { tlogs: object[] }) => ({ ...root, tlogs: Array.from({ length: 65 }, () => root.tlogs[0]) }),
    ],
    [
      'with an authority without certificates',
      (root: object) => ({
        ...root,
        certificateAuthorities: [{ certChain: { certificates: [] }, validFor: { start: '2020-01-01T00:00:00Z' } }],
      }),
    ],
    [
      'with a certificate that is none',
      (root: object) => ({
        ...root,
        certificateAuthorities: [
          { certChain: { certificates: [{ rawBytes: 'AAAA' }] }, validFor: { start: '2020-01-01T00:00:00Z' } },
        ],
      }),
    ],
  ])('is refused %s', async (_, change) => {
    const root = await makeRoot()
    expect(() => parse(change(root))).toThrow(refusal)
  })

  it.each([
    ['that is larger than a mebibyte', ' '.repeat(1024 * 1024 + 1)],
    ['with a key that stands twice', '{"mediaType":"a","mediaType":"b"}'],
    ['that is cut short', '{'],
  ])('is refused %s', (_, text) => {
    expect(() => parseTrustedRoot(encodeUtf8(text))).toThrow(refusal)
  })
})

describeCorpus('trusted roots of sigstore-conformance', 'sigstore-conformance', () => {
  it('hold what the instances publish', () => {
    const path = 'sigstore-conformance/bundle-verify/rekor2-checkpoint-cosigned/trusted_root.json'
    const { certificateAuthorities, certificateLogs, timestampAuthorities, transparencyLogs } = parseTrustedRoot(
      readCorpus(path),
    )
    expect([certificateAuthorities.length, timestampAuthorities.length]).toEqual([1, 1])
    // One of its three certificate logs has a key in PKCS #1, which we do not take.
    expect(certificateLogs).toHaveLength(2)
    expect(transparencyLogs.map(({ origin }) => origin)).toEqual([undefined, 'log2025-alpha1.rekor.sigstage.dev'])
  })
})
