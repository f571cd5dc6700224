import {
  type BundleReport,
  buildSummary,
  type LoggableSignature,
  parseBundle,
  parsePublicKey,
  type Report,
  requestTimestamp,
  type Signer,
  type Statement,
  type SummaryPredicate,
  serializeStatement,
  signStatement,
  signSummary,
  submitLogEntry,
  type Trust,
  verifyBundle,
  verifySummary,
} from '@makoto/core'
import { startTransparencyLog } from '@makoto/testkit'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openSigningAuthority } from '../trust/signing-authority.ts'
import { newSigner, openScene, type Scene } from '../verify/scene.ts'

const POLICY = { uri: 'https://example.org/policy', document: { level: 2 } }

let scene: Scene
let verifier: Signer
let trust: Trust & { at: Date }
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('clean', { 'x.parquet': 'x' })
  await scene.transform('clean', [await scene.attest('raw')])
  const { signer, publicKeyPem } = await newSigner(scene.root, 'verifier.pem')
  verifier = signer
  trust = { ...scene.trust, keys: [parsePublicKey(publicKeyPem)], at: new Date(scene.now().getTime() + 60_000) }
})
afterEach(() => scene.close())

const timestamp = (signature: Uint8Array) => requestTimestamp(scene.authority.url, signature)
const sign = (report: Report, options: object = {}) =>
  signSummary(report, { signer: verifier, timestamp, policy: POLICY, ...options })

/** A summary with something else in it, signed by the verifier all the same. */
async function signChanged(
  report: Report,
  change: (statement: Statement<SummaryPredicate>) => void,
  signer = verifier,
) {
  const statement = buildSummary(report, { verifierId: `${verifier.id}#verifier`, policy: POLICY })
  change(statement)
  return signStatement(serializeStatement(statement), signer, { timestamp })
}

const askedOf = ({ dataset: { name, kind, sha256 } }: Report) => ({ name, kind, sha256 })
const codeOf = ({ checks }: Pick<BundleReport, 'checks'>) => checks.find(({ code }) => code !== undefined)?.code

describe('a summary', () => {
  it('says what SLSA wants to be said', async () => {
    const report = await scene.verify('clean')
    const statement = JSON.parse(new TextDecoder().decode(parseBundle(await sign(report)).payload))
    expect(statement).toMatchObject({
      predicateType: 'https://slsa.dev/verification_summary/v1',
      subject: [{ name: report.dataset.name, digest: { sha256: report.dataset.sha256 } }],
      predicate: {
        verifier: { id: `${verifier.id}#verifier` },
        timeVerified: report.verifiedOn,
        resourceUri: report.dataset.name,
        policy: { uri: POLICY.uri, digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
        inputAttestations: report.chain.map(({ bundle }) => ({ digest: { sha256: bundle } })),
        verificationResult: 'PASSED',
        verifiedLevels: ['MAKOTO_L2'],
        dependencyLevels: { MAKOTO_L2: 1 },
        slsaVersion: '1.1',
      },
    })
  })

  it('says that the verification failed, and no level', async () => {
    scene.write('clean', { 'x.parquet': 'y' })
    const report = await scene.verify('clean')
    const { predicate } = buildSummary(report, { verifierId: 'x', policy: POLICY })
    expect(predicate).toMatchObject({ verificationResult: 'FAILED', verifiedLevels: ['FAILED'] })
    expect(predicate.dependencyLevels).toBeUndefined()
    expect(verifySummary(await sign(report), askedOf(report), trust)).toMatchObject({ accepted: false, level: 0 })
  })

  it('is believed under the key of a verifier whom the caller trusts', async () => {
    const report = await scene.verify('clean')
    expect(verifySummary(await sign(report), askedOf(report), trust)).toMatchObject({
      accepted: true,
      level: 2,
      verifier: verifier.id,
      attestations: report.chain.map(({ bundle }) => bundle),
    })
  })

  it('counts as level 1 where nothing proves its time', async () => {
    const report = await scene.verify('clean')
    const bytes = await signSummary(report, { signer: verifier, policy: POLICY })
    expect(verifySummary(bytes, askedOf(report), trust)).toMatchObject({ accepted: true, level: 1 })
  })

  it('goes into the log that its verifier asks for', async () => {
    const { url, close } = await startTransparencyLog()
    onTestFinished(close)
    const bytes = await sign(await scene.verify('clean'), {
      log: (signed: LoggableSignature) => submitLogEntry(url, signed),
    })
    expect(parseBundle(bytes).logEntries).toHaveLength(1)
  })

  it('is not signed under a certificate that did not hold when it was timestamped', async () => {
    const [notBefore, notAfter] = [new Date('2026-11-01T00:00:00Z'), new Date('2026-11-20T00:00:00Z')]
    const signer = openSigningAuthority({ notBefore, notAfter }).certify()
    await expect(sign(await scene.verify('clean'), { signer })).rejects.toMatchObject({ code: 'signing-failed' })
  })

  it('proves nothing about the data: it is no attestation of a dataset', async () => {
    const report = await scene.verify('clean')
    expect(verifyBundle(await sign(report), trust).known?.kind).toBe('summary')
  })
})

describe('a summary is refused', () => {
  it('under the key of a producer, who would vouch for itself', async () => {
    const report = await scene.verify('clean')
    const bytes = await sign(report, { signer: scene.signer })
    expect(codeOf(verifySummary(bytes, askedOf(report), trust))).toBe('key-untrusted')
  })

  it('where another verifier is named than the one that signed', async () => {
    const report = await scene.verify('clean')
    const bytes = await signChanged(report, ({ predicate }) => {
      predicate.verifier = { id: `${scene.signer.id}#verifier` }
    })
    expect(verifySummary(bytes, askedOf(report), trust)).toMatchObject({ accepted: false, level: 0 })
  })

  it('for another dataset of the same bytes, other bytes of the same name, or another kind', async () => {
    const report = await scene.verify('clean')
    const bytes = await sign(report)
    const asked = askedOf(report)
    expect(codeOf(verifySummary(bytes, { ...asked, name: 'dataset:file:/other' }, trust))).toBe('name-mismatch')
    expect(codeOf(verifySummary(bytes, { ...asked, sha256: '0'.repeat(64) }, trust))).toBe('digest-mismatch')
    expect(codeOf(verifySummary(bytes, { ...asked, kind: 'file' }, trust))).toBe('kind-mismatch')
  })

  it('where files lie beside the log of a sink that it does not list, unless they are accepted', async () => {
    const report = await scene.verify('clean')
    const bytes = await sign(report)
    const asked = { ...askedOf(report), unlisted: ['evil.csv'] }
    expect(codeOf(verifySummary(bytes, asked, trust))).toBe('files-unlisted')
    expect(verifySummary(bytes, { ...asked, insecureUnlisted: true }, trust)).toMatchObject({
      accepted: true,
      level: 2,
    })
  })

  it('where its resource is not its subject', async () => {
    const report = await scene.verify('clean')
    const bytes = await signChanged(report, ({ predicate }) => {
      predicate.resourceUri = 'dataset:file:/other'
    })
    expect(codeOf(verifySummary(bytes, askedOf(report), trust))).toBe('name-mismatch')
  })

  it.each([
    ['two levels of ours', ['MAKOTO_L1', 'MAKOTO_L3']],
    ['a level of another scheme only', ['SLSA_BUILD_LEVEL_3']],
    ['a level that there is not', ['MAKOTO_L4']],
    ['none', []],
  ])('with %s', async (_, verifiedLevels) => {
    const report = await scene.verify('clean')
    const bytes = await signChanged(report, ({ predicate }) => {
      predicate.verifiedLevels = verifiedLevels
    })
    expect(verifySummary(bytes, askedOf(report), trust)).toMatchObject({ accepted: false, level: 0 })
  })

  it('with a level although it failed', async () => {
    const report = await scene.verify('clean')
    const bytes = await signChanged(report, ({ predicate }) => {
      predicate.verificationResult = 'FAILED'
    })
    expect(verifySummary(bytes, askedOf(report), trust)).toMatchObject({ accepted: false, level: 0 })
  })

  it('with a second subject, which nobody compared', async () => {
    const report = await scene.verify('clean')
    const bytes = await signChanged(report, ({ subject }) => {
      subject.push({ name: 'dataset:file:/other', digest: { sha256: '0'.repeat(64) } })
    })
    expect(codeOf(verifySummary(bytes, askedOf(report), trust))).toBe('predicate-type')
  })

  it('where it is an attestation and no summary', async () => {
    const report = await scene.verify('clean')
    const bytes = await scene.store.get(report.chain[0]?.reference ?? '', { maxBytes: 1e6 })
    const asked = verifySummary(bytes ?? new Uint8Array(), askedOf(report), { ...trust, keys: scene.trust.keys })
    expect(codeOf(asked)).toBe('predicate-type')
  })

  it('where it was tampered with, or is no bundle', async () => {
    const report = await scene.verify('clean')
    const bytes = await sign(report)
    const bundle = JSON.parse(new TextDecoder().decode(bytes))
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString().replace('MAKOTO_L2', 'MAKOTO_L3')
    bundle.dsseEnvelope.payload = Buffer.from(payload).toString('base64')
    const changed = new TextEncoder().encode(JSON.stringify(bundle))
    expect(codeOf(verifySummary(changed, askedOf(report), trust))).toBe('signature-invalid')
    expect(codeOf(verifySummary(new Uint8Array([1]), askedOf(report), trust))).toBe('bundle-malformed')
  })
})
