import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSigstoreBundle } from '@makoto/core'
import {
  der,
  grantTimestamp,
  issueCertificate,
  renderTrustedRoot,
  sequence,
  serveLoopback,
  startFulcio,
  startTimestampAuthority,
  startTransparencyLog,
  TIME_STAMPING,
} from '@makoto/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { runProtocol } from '../src/run-protocol.ts'

const ANNA = 'anna@example.com'
const DAY = 86_400_000
const SHA256 = der(0x06, Buffer.from('608648016503040201', 'hex'))

/** Sigstore's own timestamp API: a digest as JSON instead of a TimeStampReq. */
async function startSigstoreTimestamps(): Promise<TimestampService> {
  const validity = { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + DAY) }
  const root = issueCertificate({ name: 'TSA root', ...validity, authority: {}, keyUsage: 'certify' })
  const extendedKeyUsage = { purposes: [TIME_STAMPING], critical: true }
  const signer = issueCertificate({ name: 'TSA', ...validity, keyUsage: 'sign', extendedKeyUsage, issuer: root })
  const { url, close } = await serveLoopback(({ body }) => {
    const { artifactHash }: { artifactHash: string } = JSON.parse(body.toString())
    const imprint = sequence(sequence(SHA256, der(0x05)), der(0x04, Buffer.from(artifactHash, 'base64')))
    const token = grantTimestamp({ imprint, nonce: undefined, time: new Date(), signer, certificates: [] })
    return { status: 201, body: token, headers: { 'content-type': 'application/timestamp-reply' } }
  })
  return { url, close, chainPem: `${signer.pem}${root.pem}` }
}

interface TimestampService {
  readonly url: string
  readonly chainPem: string
  readonly close: () => Promise<void>
}

/** An instance of Sigstore in this process, with the files that the suite hands to a client. */
async function openInstance(startTimestamps: () => Promise<TimestampService>) {
  const folder = mkdtempSync(join(tmpdir(), 'makoto-conformance-'))
  const [fulcio, rekor, tsa] = [await startFulcio(), await startTransparencyLog(), await startTimestamps()]
  onTestFinished(async () => {
    await Promise.all([fulcio.close(), rekor.close(), tsa.close()])
    rmSync(folder, { recursive: true, force: true })
  })
  const service = (url: string, majorApiVersion: number) => [
    { url, majorApiVersion, validFor: { start: '2020-01-01T00:00:00Z' }, operator: 'makoto test' },
  ]
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const trustedRoot = renderTrustedRoot({ fulcio, timestampChainPem: tsa.chainPem, log: rekor.log })
  const signingConfig = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: service(fulcio.url, 1),
    oidcUrls: [],
    rekorTlogUrls: service(rekor.url, 2),
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: service(tsa.url, 1),
    tsaConfig: { selector: 'ANY' },
  }
  return {
    file,
    issuer: fulcio.issuer,
    token: fulcio.issueToken('anna', { email: ANNA, email_verified: true }),
    trustedRoot: file('trusted_root.json', trustedRoot),
    signingConfig: file('signing_config.json', JSON.stringify(signingConfig)),
    bundle: join(folder, 'bundle.sigstore.json'),
  }
}

async function run(argv: readonly string[]): Promise<string> {
  const said: string[] = []
  return (await runProtocol(argv, (line) => said.push(line))) === 0 ? 'done' : said.join(' ')
}

interface Signing {
  readonly artifact: string
  readonly flags: readonly string[]
  /** What the signature is about, where that is not the artifact. */
  readonly subject?: string
  readonly timestamps: () => Promise<TimestampService>
}

async function signAndVerify({ artifact, flags, subject, timestamps }: Signing) {
  const { token, bundle, trustedRoot, signingConfig, issuer, file } = await openInstance(timestamps)
  const path = file('artifact', artifact)
  const from = ['--trusted-root', trustedRoot, '--signing-config', signingConfig]
  const signed = await run(['sign-bundle', ...flags, '--identity-token', token, '--bundle', bundle, ...from, path])
  expect(signed).toBe('done')
  const by = ['--certificate-identity', ANNA, '--certificate-oidc-issuer', issuer, '--trusted-root', trustedRoot]
  const verify = (of: string) => run(['verify-bundle', '--bundle', bundle, ...by, of])
  expect(await verify(subject === undefined ? path : file('subject', subject))).toBe('done')
  expect(await verify(file('other', 'other'))).toMatch(/another artifact|not about this artifact/)
  return parseSigstoreBundle(readFileSync(bundle))
}

it('signs a message, logs it, and brings no root along', async () => {
  const signed = await signAndVerify({ artifact: 'hello', flags: [], timestamps: startSigstoreTimestamps })
  const { content, signer, intermediates, logEntries, timestamps } = signed
  expect([content.kind, signer.kind, intermediates.length]).toEqual(['message', 'certificate', 0])
  expect([logEntries.map(({ kindVersion }) => kindVersion), timestamps.length]).toEqual([
    [{ kind: 'hashedrekord', version: '0.0.2' }],
    1,
  ])
})

it('signs a statement as one', async () => {
  const digest = { sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824' }
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'hello', digest }],
    predicateType: 'https://example.com/greeting',
    predicate: {},
  }
  const { content } = await signAndVerify({
    artifact: JSON.stringify(statement),
    flags: ['--in-toto'],
    subject: 'hello',
    timestamps: startTimestampAuthority,
  })
  expect(content.kind).toBe('envelope')
})
