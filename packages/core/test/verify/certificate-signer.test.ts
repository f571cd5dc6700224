import { generateKeyPairSync } from 'node:crypto'
import {
  type BundleReport,
  decodeUtf8,
  encodeBase64,
  encodeUtf8,
  parseBundle,
  parseCertificateAuthorities,
  requestTimestamp,
  type Signer,
  type SignerIdentity,
  type VerifyBundleOptions,
} from '@makoto/core'
import { type CertificateOptions, TIME_STAMPING } from '@makoto/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { constrained, openSigningAuthority, PIPELINE, type SigningAuthority } from '../trust/signing-authority.ts'
import { codeOf, openLake, openVerifier, readBundle, verdictOf } from './attested-bundle.ts'
import type { Attested, Scene } from './scene.ts'

const DAY = 86_400_000

let scene: Scene
let raw: Attested
beforeEach(async () => {
  ;({ scene, raw } = await openLake())
})
afterEach(() => scene.close())

const validity = () => ({
  notBefore: new Date(scene.now().getTime() - DAY),
  notAfter: new Date(scene.now().getTime() + DAY),
})

const openAuthority = (
  options: { root?: Partial<CertificateOptions>; intermediate?: Partial<CertificateOptions> } = {},
) => openSigningAuthority({ ...validity(), ...options })

async function signAs(signer: Signer, { timestamp = true } = {}): Promise<Uint8Array> {
  const executor = { id: `${signer.id}#agent` }
  return readBundle(scene, await scene.transform('out', [raw], { signer, timestamp, predicate: { executor } }))
}

const verifyByScene = openVerifier(() => scene)

function verify(
  bytes: Uint8Array,
  authority: SigningAuthority,
  identities: readonly SignerIdentity[] = [{ subject: PIPELINE }],
  options: Partial<VerifyBundleOptions> = {},
): BundleReport {
  const certificateAuthorities = parseCertificateAuthorities(authority.pem)
  return verifyByScene(bytes, { certificateAuthorities, identities, ...options })
}

async function judge(
  authority: SigningAuthority,
  options: Partial<CertificateOptions> = {},
): Promise<string | undefined> {
  return verdictOf(verify(await signAs(authority.certify(options)), authority))
}

describe('a signer under a certificate', () => {
  it('is believed by the name in it, under one of the caller’s authorities', async () => {
    const authority = openAuthority()
    const report = verify(await signAs(authority.certify()), authority)
    expect(report).toMatchObject({ accepted: true, level: 2, signer: { kind: 'certificate', id: PIPELINE } })
    expect(report.key).toBeUndefined()
    expect(report.checks.find(({ id }) => id === 'identity')).toMatchObject({
      status: 'pass',
      detail: `${PIPELINE}#agent`,
    })
    expect(report.checks.find(({ id }) => id === 'keyless')?.status).toBe('not-applicable')
  })

  it('is believed by a glob, which stops at slashes and holds from end to end', async () => {
    const authority = openAuthority()
    const bytes = await signAs(authority.certify())
    const under = (subject: string) => verify(bytes, authority, [{ subject: 'mailto:x' }, { subject }]).accepted
    expect(under('https://pipelines.example/*/orders')).toBe(true)
    expect(under('https://pipelines.example/**')).toBe(true)
    expect(under('https://pipelines.example/*')).toBe(false)
    expect(under('https://pipelines.example/lake')).toBe(false)
    expect(under('pipelines.example/lake/orders')).toBe(false)
    expect(under('https://pipelines.example/.*')).toBe(false)
  })

  it('is nobody where the caller names nobody, or somebody else, or asks for an issuer', async () => {
    const authority = openAuthority()
    const bytes = await signAs(authority.certify())
    expect(codeOf(verify(bytes, authority, []))).toBe('identity-mismatch')
    expect(codeOf(verify(bytes, authority, [{ subject: `${PIPELINE}2` }]))).toBe('identity-mismatch')
    expect(codeOf(verify(bytes, authority, [{ subject: PIPELINE, issuer: 'https://issuer.example' }]))).toBe(
      'identity-mismatch',
    )
  })

  it('is a stranger under the same name of another authority', async () => {
    const [own, other] = [openAuthority(), openAuthority()]
    const report = verify(await signAs(other.certify()), own)
    expect(codeOf(report)).toBe('certificate-untrusted')
    expect(report.statement).toBeUndefined()
  })

  it('is nobody to a caller who trusts keys only', async () => {
    const authority = openAuthority()
    const bytes = await signAs(authority.certify())
    expect(codeOf(verifyByScene(bytes))).toBe('key-untrusted')
  })

  it('is refused without a verified time', async () => {
    const authority = openAuthority()
    const bytes = await signAs(authority.certify(), { timestamp: false })
    expect(codeOf(verify(bytes, authority))).toBe('time-missing')
    const stamped = await signAs(authority.certify())
    expect(codeOf(verify(stamped, authority, undefined, { timestampAuthorities: [] }))).toBe('time-missing')
  })

  it('is refused where its chain was valid only when its certificate was made', async () => {
    const soon = new Date(scene.now().getTime() + 1000)
    const ended = { notBefore: validity().notBefore, notAfter: soon }
    expect(await judge(openAuthority({ intermediate: ended }))).toBe('certificate-expired')
    expect(await judge(openAuthority({ root: ended }))).toBe('certificate-expired')
    expect(await judge(openAuthority(), ended)).toBe('certificate-expired')
  })

  it('is refused where its certificate was valid at one verified time of two', async () => {
    const authority = openAuthority()
    const bytes = await signAs(authority.certify())
    scene.advance(25 * 60)
    const bundle = JSON.parse(decodeUtf8(bytes))
    const token = await requestTimestamp(scene.authority.url, parseBundle(bytes).signature)
    bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps.push({
      signedTimestamp: encodeBase64(token),
    })
    expect(codeOf(verify(bytes, authority))).toBeUndefined()
    const later = verify(encodeUtf8(JSON.stringify(bundle)), authority)
    expect([later.times.length, codeOf(later)]).toEqual([2, 'certificate-expired'])
  })

  it('is refused before its certificate holds', async () => {
    const notBefore = new Date(scene.now().getTime() + DAY / 2)
    expect(await judge(openAuthority(), { notBefore })).toBe('certificate-expired')
  })

  it('is refused when the caller no longer trusted the authority', async () => {
    const authority = openAuthority()
    const bytes = await signAs(authority.certify())
    const validFor = { start: 0, end: scene.now().getTime() - 1 }
    const certificateAuthorities = parseCertificateAuthorities(authority.pem).map((one) => ({ ...one, validFor }))
    expect(codeOf(verify(bytes, authority, undefined, { certificateAuthorities }))).toBe('certificate-expired')
  })

  const impostors: [
    string,
    { root?: Partial<CertificateOptions>; intermediate?: Partial<CertificateOptions> },
    Partial<CertificateOptions>,
  ][] = [
    ['that is for timestamps', {}, { extendedKeyUsage: { purposes: [TIME_STAMPING], critical: true } }],
    ['that is for everything and says so of nothing', {}, { extendedKeyUsage: { purposes: [], critical: true } }],
    ['that is a CA', {}, { authority: {} }],
    ['that may only issue', {}, { keyUsage: 'certify' }],
    ['that has an unknown critical extension', {}, { unknownCritical: true }],
    [
      'of an issuer for timestamps',
      { intermediate: { extendedKeyUsage: { purposes: [TIME_STAMPING], critical: false } } },
      {},
    ],
    ['of an issuer that is none', { intermediate: { authority: null } }, {}],
    ['of an issuer that may not issue', { intermediate: { keyUsage: 'sign' } }, {}],
    ['of an issuer too far from its root', { root: { authority: { pathLength: 0 } } }, {}],
    ['of an issuer that an unknown critical extension restricts', { intermediate: { unknownCritical: true } }, {}],
  ]
  it.each(impostors)('is refused with a certificate %s', async (_, authority, leaf) => {
    expect(await judge(openAuthority(authority), leaf)).toBe('certificate-untrusted')
  })

  it('is refused with a key that is none of those we take', async () => {
    const authority = openAuthority()
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-521' })
    for (const keyPair of [rsa, curve]) {
      const certificate = new Uint8Array(authority.issue({ keyPair }).der)
      const signer = { ...scene.signer, id: PIPELINE, certificate }
      expect(codeOf(verify(await signAs(signer), authority))).toBe('certificate-untrusted')
    }
  })

  it('is refused where another key made the signature', async () => {
    const authority = openAuthority()
    const { certificate } = authority.certify()
    const posing: Signer = { ...scene.signer, id: PIPELINE, ...(certificate ? { certificate } : {}) }
    expect(codeOf(verify(await signAs(posing), authority))).toBe('signature-invalid')
  })

  it('is refused with bytes behind its certificate', async () => {
    const authority = openAuthority()
    const signer = authority.certify()
    const certificate = new Uint8Array([...(signer.certificate ?? []), 0])
    expect(codeOf(verify(await signAs({ ...signer, certificate }), authority))).toBe('certificate-untrusted')
    expect(codeOf(verify(await signAs({ ...signer, certificate: encodeUtf8('x') }), authority))).toBe(
      'certificate-untrusted',
    )
  })
})

describe('names that an authority may certify', () => {
  it.each([
    ['within', { permitted: [{ uri: '.example' }] }, 'L2'],
    ['within, host for host', { permitted: [{ uri: 'other.example' }, { uri: 'pipelines.example' }] }, 'L2'],
    ['within, of another kind of name', { permitted: [{ email: 'example.com' }] }, 'L2'],
    ['outside', { permitted: [{ uri: '.example.com' }] }, 'certificate-untrusted'],
    ['beside', { permitted: [{ uri: 'example' }] }, 'certificate-untrusted'],
    ['excluded', { excluded: [{ uri: 'pipelines.example' }] }, 'certificate-untrusted'],
    ['excluded with all below', { excluded: [{ uri: '.example' }] }, 'certificate-untrusted'],
    ['limited in a way that is not understood', { permitted: [{ directory: '0' }] }, 'certificate-untrusted'],
  ])('are %s', async (_, limits, verdict) => {
    expect(await judge(openAuthority({ intermediate: { extensions: [constrained(limits)] } }))).toBe(verdict)
    expect(await judge(openAuthority({ root: { extensions: [constrained(limits)] } }))).toBe(verdict)
  })
})
