import {
  type BundleReport,
  decodeUtf8,
  encodeBase64,
  encodeUtf8,
  parseTimestampAuthorities,
  requestTimestamp,
  type Statement,
  signStatement,
} from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { editBundle, editMaterial, openLake, openVerifier, readBundle } from './attested-bundle.ts'
import { type Attested, newSigner, type Scene } from './scene.ts'

let scene: Scene
let raw: Attested
beforeEach(async () => {
  ;({ scene, raw } = await openLake())
})
afterEach(() => scene.close())

const read = (attested: Attested) => readBundle(scene, attested)
const verify = openVerifier(() => scene)
const answerOf = ({ checks }: BundleReport, id: string) => {
  const check = checks.find((candidate) => candidate.id === id)
  return check?.code ?? check?.status
}
const detailOf = ({ checks }: BundleReport, id: string) => checks.find((check) => check.id === id)?.detail

const withTokens = async (attested: Attested, tokens: (own: string) => string[]) =>
  editMaterial(await read(attested), (material) => {
    const [{ signedTimestamp }] = material.timestampVerificationData.rfc3161Timestamps
    const rfc3161Timestamps = tokens(signedTimestamp).map((token) => ({ signedTimestamp: token }))
    return { ...material, timestampVerificationData: { rfc3161Timestamps } }
  })

async function tokenOver(bytes: Uint8Array, time: Date): Promise<{ token: string; rootPem: string }> {
  const authority = await startTimestampAuthority({ time: () => time })
  const token = await requestTimestamp(authority.url, bytes)
  await authority.close()
  return { token: encodeBase64(token), rootPem: authority.rootPem }
}

const signatureOf = async (attested: Attested) => {
  const { dsseEnvelope } = JSON.parse(decodeUtf8(await read(attested)))
  return new Uint8Array(Buffer.from(dsseEnvelope.signatures[0].sig, 'base64'))
}

it('accepts what one of the caller’s keys signed, and says which', async () => {
  const report = verify(await read(raw))
  expect(report).toMatchObject({ accepted: true, level: 2, form: 'sigstore', sha256: raw.bundle })
  expect(report.key?.id).toBe(scene.signer.id)
  expect(report.times.map(({ time }) => time)).toEqual([scene.now()])
})

it('takes the key from the caller, whatever the hint says', async () => {
  const { signer } = await newSigner(scene.root, 'stranger.pem')
  const hinting = (bundle: Uint8Array, hint: string | undefined) =>
    editMaterial(bundle, (material) => ({ ...material, publicKey: { hint } }))
  const misled = hinting(await read(raw), signer.hint)
  expect(verify(misled)).toMatchObject({ accepted: true, level: 2 })
  const forged = await scene.attest('raw', { signer, source: 'forged' })
  const posing = hinting(await read(forged), scene.signer.hint)
  expect(answerOf(verify(posing), 'signature')).toBe('signature-invalid')
  expect(verify(posing).statement).toBeUndefined()
  expect(answerOf(verify(await read(forged)), 'key')).toBe('key-untrusted')
  expect(verify(await read(raw), { keys: [] })).toMatchObject({ accepted: false, level: 0 })
})

it('refuses a bundle under a certificate, which it cannot verify', async () => {
  const rawBytes = encodeBase64(encodeUtf8('certificate'))
  const bytes = editMaterial(await read(raw), ({ publicKey: _, ...material }) => ({
    ...material,
    certificate: { rawBytes },
  }))
  expect(answerOf(verify(bytes), 'key')).toBe('key-untrusted')
})

it('refuses a bundle with two signatures', async () => {
  const bytes = editBundle(await read(raw), (bundle) => {
    const envelope = Object(bundle.dsseEnvelope)
    return { ...bundle, dsseEnvelope: { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] } }
  })
  expect(answerOf(verify(bytes), 'signature')).toBe('bundle-malformed')
})

it('refuses a statement that was changed after it was signed', async () => {
  const payload = encodeBase64(encodeUtf8('{}'))
  const bytes = editBundle(await read(raw), (bundle) => ({
    ...bundle,
    dsseEnvelope: { ...Object(bundle.dsseEnvelope), payload },
  }))
  expect(answerOf(verify(bytes), 'signature')).toBe('signature-invalid')
})

it('refuses a signed statement that breaks its schema', async () => {
  const bytes = await signStatement(encodeUtf8('{"_type":"https://in-toto.io/Statement/v1"}'), scene.signer)
  expect(answerOf(verify(bytes), 'statement')).toBe('statement-invalid')
  const [origin] = [await statement({ origin: { source: '' } })]
  expect(answerOf(verify(await read(await scene.seal(origin))), 'statement')).toBe('statement-invalid')
})

it('proves level 1 without a signature', async () => {
  const unsigned = await scene.transform('out', [raw], { signer: null })
  const report = verify(await read(unsigned))
  expect(report).toMatchObject({ accepted: true, level: 1, form: 'intoto', times: [] })
  expect(['signature', 'key', 'identity'].map((id) => answerOf(report, id))).toEqual(['fail', 'fail', 'skipped'])
  expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  expect(await scene.verify('out', { level: 1 })).toMatchObject({ verdict: 'PROVEN', level: 1 })
})

it('proves level 1 without a timestamp', async () => {
  const unstamped = await scene.transform('out', [raw], { timestamp: false })
  const report = verify(await read(unstamped))
  expect(report).toMatchObject({ accepted: true, level: 1 })
  expect([answerOf(report, 'timestamp'), answerOf(report, 'times')]).toEqual(['fail', 'skipped'])
})

it('proves level 1 where the caller trusts no timestamp authority', async () => {
  const report = verify(await read(raw), { timestampAuthorities: [] })
  expect(report).toMatchObject({ accepted: true, level: 1, times: [] })
  expect(answerOf(report, 'timestamp')).toBe('skipped')
})

it('refuses a timestamp of another authority', async () => {
  const { rootPem } = await tokenOver(encodeUtf8('x'), scene.now())
  const report = verify(await read(raw), { timestampAuthorities: parseTimestampAuthorities(rootPem) })
  expect(answerOf(report, 'timestamp')).toBe('timestamp-untrusted')
  expect(report).toMatchObject({ accepted: false, level: 0 })
})

it('refuses a timestamp from when its authority was no longer trusted', async () => {
  const ended = scene.trust.timestampAuthorities.map((authority) => ({
    ...authority,
    validFor: { start: 0, end: scene.now().getTime() - 1 },
  }))
  expect(answerOf(verify(await read(raw), { timestampAuthorities: ended }), 'timestamp')).toBe('timestamp-untrusted')
})

it('refuses a timestamp over another signature', async () => {
  const other = await requestTimestamp(scene.authority.url, encodeUtf8('another signature'))
  const report = verify(await withTokens(raw, () => [encodeBase64(other)]))
  expect(answerOf(report, 'timestamp')).toBe('timestamp-invalid')
  expect(report.accepted).toBe(false)
})

it('reports a token that does not hold beside one that does', async () => {
  const report = verify(await withTokens(raw, (own) => [encodeBase64(encodeUtf8('garbage')), own]))
  expect(report).toMatchObject({ accepted: true, level: 2 })
  expect(detailOf(report, 'timestamp')).toContain('1 more that does not hold')
})

it('refuses a timestamp from a time that has not come yet', async () => {
  const { token, rootPem } = await tokenOver(await signatureOf(raw), new Date(scene.now().getTime() + 3_600_000))
  const timestampAuthorities = parseTimestampAuthorities(rootPem)
  const report = verify(await withTokens(raw, () => [token]), { timestampAuthorities })
  expect(answerOf(report, 'timestamp')).toBe('timestamp-invalid')
})

it('counts the earliest of several verified times', async () => {
  const early = new Date(scene.now().getTime() - 60_000)
  const { token, rootPem } = await tokenOver(await signatureOf(raw), early)
  const timestampAuthorities = [...scene.trust.timestampAuthorities, ...parseTimestampAuthorities(rootPem)]
  const report = verify(await withTokens(raw, (own) => [own, token]), { timestampAuthorities })
  expect(report.times.map(({ time }) => time)).toEqual([early, scene.now()])
})

it('says that log entries are ignored, and takes no time from them', async () => {
  const entry = {
    logId: { keyId: 'AAAA' },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: '1700000000',
    canonicalizedBody: 'AAAA',
  }
  const bytes = editMaterial(await read(raw), ({ timestampVerificationData: _, ...material }) => ({
    ...material,
    tlogEntries: [entry],
  }))
  const report = verify(bytes)
  expect(report).toMatchObject({ accepted: true, level: 1, times: [] })
  expect(answerOf(report, 'log')).toBe('skipped')
})

it('proves level 1 where the statement names another key than signed it', async () => {
  const { signer } = await newSigner(scene.root, 'stranger.pem')
  const executor = { id: `${signer.id}#agent` }
  const posing = await scene.transform('out', [raw], { predicate: { executor } })
  const report = verify(await read(posing))
  expect(report).toMatchObject({ accepted: true, level: 1 })
  expect(answerOf(report, 'identity')).toBe('fail')
})

it('proves level 1 where the stated time disagrees with the verified one', async () => {
  const shifted = async (minutes: number) => {
    const finishedOn = new Date(scene.now().getTime() + minutes * 60_000).toISOString()
    const sealed = await scene.transform('out', [raw], { predicate: { metadata: { finishedOn } } })
    const report = verify(await read(sealed))
    return [report.level, answerOf(report, 'times')]
  }
  expect(await shifted(4)).toEqual([2, 'pass'])
  expect(await shifted(10)).toEqual([1, 'fail'])
  expect(await shifted(-60)).toEqual([2, 'pass'])
  expect(await shifted(-60 * 24 * 8)).toEqual([1, 'fail'])
})

it('proves level 1 where the work ended before it began, or at no stated time', async () => {
  const [startedOn, finishedOn] = ['2026-11-21T03:00:30.000Z', '2026-11-21T03:00:00.000Z']
  const backwards = await scene.transform('out', [raw], { predicate: { metadata: { startedOn, finishedOn } } })
  expect(verify(await read(backwards))).toMatchObject({ accepted: true, level: 1 })
  const timeless = await scene.transform('out', [raw], { predicate: { metadata: {} } })
  expect(verify(await read(timeless))).toMatchObject({ accepted: true, level: 1 })
})

it('answers rubbish with a refusal, never with an exception', () => {
  for (const text of ['', '{}', '[]', 'null', '\u0000', '{"mediaType":1}'])
    expect(verify(encodeUtf8(text))).toMatchObject({ accepted: false, level: 0 })
})

async function statement(predicate: object): Promise<Statement<object>> {
  const subject = [{ name: raw.name, digest: { sha256: raw.sha256 }, annotations: { kind: 'files' } }]
  const _type = 'https://in-toto.io/Statement/v1'
  return { _type, subject, predicateType: 'https://makoto.dev/origin/v1', predicate }
}
