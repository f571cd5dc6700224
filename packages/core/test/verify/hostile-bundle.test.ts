import {
  canonicalize,
  decodeUtf8,
  encodeBase64,
  encodeUtf8,
  type JsonObject,
  pae,
  requestTimestamp,
  type Statement,
  signStatement,
  type VerifyBundleOptions,
} from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { editBundle, editMaterial, openLake, openVerifier, readBundle, verdictOf } from './attested-bundle.ts'
import { newSigner, type Scene } from './scene.ts'

let scene: Scene
let bytes: Uint8Array
beforeEach(async () => {
  const lake = await openLake()
  scene = lake.scene
  bytes = await readBundle(scene, lake.raw)
})
afterEach(() => scene.close())

const verify = openVerifier(() => scene)
const judge = (bundle: Uint8Array, options: Partial<VerifyBundleOptions> = {}) => verdictOf(verify(bundle, options))

const edited = (edit: (bundle: JsonObject) => object) => editBundle(bytes, edit)
const withMaterial = (change: object) => editMaterial(bytes, (material) => ({ ...material, ...change }))
const withEnvelope = (change: object) =>
  edited((bundle) => ({ ...bundle, dsseEnvelope: { ...Object(bundle.dsseEnvelope), ...change } }))

const many = <T>(count: number, one: T) => Array.from({ length: count }, () => one)
const LOG_ENTRY = {
  logId: { keyId: 'AAAA' },
  kindVersion: { kind: 'dsse', version: '0.0.1' },
  canonicalizedBody: 'AAAA',
}

describe('a bundle without end', () => {
  it('holds at most 32 log entries', () => {
    expect(judge(withMaterial({ tlogEntries: many(32, LOG_ENTRY) }))).toBe('L2')
    expect(judge(withMaterial({ tlogEntries: many(33, LOG_ENTRY) }))).toBe('bundle-malformed')
  })

  it('holds at most 32 timestamps', () => {
    const [{ signedTimestamp }] = tokensOf(bytes)
    const holding = (count: number) =>
      withMaterial({ timestampVerificationData: { rfc3161Timestamps: many(count, { signedTimestamp }) } })
    expect(judge(holding(32))).toBe('L2')
    expect(judge(holding(33))).toBe('bundle-malformed')
  })

  it('is of at most 16 MiB, or as many as the caller allows', () => {
    const padded = new Uint8Array(16 * 1024 * 1024 + 1).fill(0x20)
    padded.set(bytes)
    expect(judge(padded)).toBe('bundle-malformed')
    expect(judge(padded, { maxBytes: padded.length })).toBe('L2')
    expect(judge(bytes, { maxBytes: bytes.length - 1 })).toBe('bundle-malformed')
  })

  it('speaks of at most 1,024 subjects', async () => {
    const speakingOf = (count: number) =>
      sealed((statement) => ({ ...statement, subject: many(count, statement.subject[0]) }))
    expect(judge(await speakingOf(1024))).toBe('L2')
    expect(judge(await speakingOf(1025))).toBe('statement-invalid')
  })

  it('knows a subject by at most 32 digests', async () => {
    const digests = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, 'aa']))
    const knownBy = (count: number) =>
      sealed(withDigest((digest) => ({ sha256: digest.sha256, ...digests(count - 1) })))
    expect(judge(await knownBy(32))).toBe('L2')
    expect(judge(await knownBy(33))).toBe('statement-invalid')
  })

  it('is nested at most 32 levels deep', () => {
    expect(judge(withMaterial({ deep: JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`) }))).toBe('bundle-malformed')
  })
})

describe('a bundle of two meanings', () => {
  it('is refused with a key that stands twice', () => {
    const text = decodeUtf8(bytes)
    const payload = `"payload":"${encodeBase64(encodeUtf8('{}'))}",`
    expect(judge(encodeUtf8(text.replace('"payload":', `${payload}"payload":`)))).toBe('bundle-malformed')
    const statement = decodeUtf8(payloadOf(bytes))
    expect(judge(encodeUtf8(statement.replace('{', '{"_type":"x",')))).toBe('bundle-malformed')
  })

  it('is refused with two signatures, or none', () => {
    const { signatures } = JSON.parse(decodeUtf8(bytes)).dsseEnvelope
    expect(judge(withEnvelope({ signatures: [...signatures, ...signatures] }))).toBe('bundle-malformed')
    expect(judge(withEnvelope({ signatures: [] }))).toBe('bundle-malformed')
  })

  it('is refused in a media type of a version that nobody knows', () => {
    const of = (mediaType: string) => edited((bundle) => ({ ...bundle, mediaType }))
    expect(judge(of('application/vnd.dev.sigstore.bundle.v9.9+json'))).toBe('bundle-malformed')
    expect(judge(of('application/vnd.dev.sigstore.bundle+json;version=0.1'))).toBe('bundle-malformed')
  })

  it('is refused with a field that some other reader may know', () => {
    expect(judge(edited((bundle) => ({ ...bundle, payload: 'AAAA' })))).toBe('bundle-malformed')
    expect(judge(withMaterial({ x509CertificateChain: { certificates: [] } }))).toBe('bundle-malformed')
  })

  it('is refused with base64 of another spelling', () => {
    const { payload } = JSON.parse(decodeUtf8(bytes)).dsseEnvelope
    expect(judge(withEnvelope({ payload: `${payload}\n` }))).toBe('bundle-malformed')
    expect(judge(withEnvelope({ payload: `${payload.replace(/=*$/, '')}====` }))).toBe('bundle-malformed')
  })

  it('is not helped by a key that it brings along', async () => {
    const { signer, publicKeyPem } = await newSigner(scene.root, 'stranger.pem')
    const forged = await signStatement(payloadOf(bytes), signer)
    const bringing = JSON.parse(decodeUtf8(forged))
    bringing.verificationMaterial.publicKey = { hint: signer.hint, rawBytes: publicKeyPem }
    expect(judge(forged)).toBe('key-untrusted')
    expect(judge(encodeUtf8(JSON.stringify(bringing)))).toBe('bundle-malformed')
  })

  it('finds no key under a hint that names something else', () => {
    for (const hint of ['__proto__', 'constructor', '', 'x'.repeat(1024)])
      expect(judge(withMaterial({ publicKey: { hint } }))).toBe('L2')
    for (const hint of ['__proto__', 'constructor'])
      expect(judge(withMaterial({ publicKey: { hint } }), { keys: [] })).toBe('key-untrusted')
    expect(judge(withMaterial({ publicKey: { hint: 'x'.repeat(1025) } }))).toBe('bundle-malformed')
  })
})

describe('a signature', () => {
  it('covers the payload type', async () => {
    const payload = payloadOf(bytes)
    const sig = await scene.signer.sign(pae('application/json', payload))
    const named = (payloadType: string) => withEnvelope({ payloadType, signatures: [{ sig: encodeBase64(sig) }] })
    expect(judge(named('application/json'))).toBe('bundle-malformed')
    expect(judge(named('application/vnd.in-toto+json'))).toBe('signature-invalid')
  })

  it('covers the whole of it, and not the payload alone', async () => {
    const sig = await scene.signer.sign(payloadOf(bytes))
    expect(judge(withEnvelope({ signatures: [{ sig: encodeBase64(sig) }] }))).toBe('signature-invalid')
  })

  it('is in its one form: nothing behind it, no length too long', () => {
    const [{ sig }] = JSON.parse(decodeUtf8(bytes)).dsseEnvelope.signatures
    const der = Uint8Array.from(Buffer.from(sig, 'base64'))
    const behind = new Uint8Array([...der, 0])
    const padded = new Uint8Array([0x30, 0x81, ...der.subarray(1)])
    for (const form of [behind, padded])
      expect(judge(withEnvelope({ signatures: [{ sig: encodeBase64(form) }] }))).toBe('signature-invalid')
  })
})

describe('a statement', () => {
  it('is taken for what its predicate type says', async () => {
    const relabelled = await sealed((statement) => ({ ...statement, predicateType: 'https://makoto.dev/transform/v1' }))
    expect(judge(relabelled)).toBe('statement-invalid')
  })

  it('says nothing of where data comes from under a predicate that is for something else', async () => {
    scene.write('other', { 'b.csv': 'b\n' })
    const other = await scene.attest('other')
    const statement: Statement = JSON.parse(decodeUtf8(payloadOf(await readBundle(scene, other))))
    scene.write('third', { 'c.csv': 'c\n' })
    const { dataset } = await scene.verify('third')
    const subject = [{ ...statement.subject[0], name: dataset.name, digest: { sha256: dataset.sha256 } }]
    await scene.seal({ ...statement, subject, predicateType: 'https://slsa.dev/provenance/v1' })
    expect((await scene.verify('third')).failure?.code).toBe('predicate-type')
  })

  it.each([
    ['in upper case', (digest: Digest) => ({ sha256: digest.sha256?.toUpperCase() })],
    ['cut short', (digest: Digest) => ({ sha256: digest.sha256?.slice(0, 40) })],
    [
      'of a weak kind only',
      () => ({ md5: 'd41d8cd98f00b204e9800998ecf8427e', sha1: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' }),
    ],
    ['of another name', (digest: Digest) => ({ SHA256: digest.sha256 })],
  ])('is refused with a digest %s', async (_, change) => {
    expect(judge(await sealed(withDigest(change)))).toBe('statement-invalid')
  })
})

type Digest = { sha256?: string }

const withDigest = (change: (digest: Digest) => object) => (statement: Statement) => ({
  ...statement,
  subject: statement.subject.map((subject) => ({ ...subject, digest: change(subject.digest) })),
})

/** The statement of `raw`, changed and signed by the scene's own signer. */
async function sealed(change: (statement: Statement) => object): Promise<Uint8Array> {
  const statement: Statement = JSON.parse(decodeUtf8(payloadOf(bytes)))
  const timestamp = (signature: Uint8Array) => requestTimestamp(scene.authority.url, signature)
  return signStatement(canonicalize(JSON.parse(JSON.stringify(change(statement)))), scene.signer, { timestamp })
}

const payloadOf = (bundle: Uint8Array) =>
  Uint8Array.from(Buffer.from(JSON.parse(decodeUtf8(bundle)).dsseEnvelope.payload, 'base64'))

const tokensOf = (bundle: Uint8Array): [{ signedTimestamp: string }] =>
  JSON.parse(decodeUtf8(bundle)).verificationMaterial.timestampVerificationData.rfc3161Timestamps
