import {
  type BundleReport,
  buildOrigin,
  encodeUtf8,
  openSigner,
  parseTrustedRoot,
  requestTimestamp,
  type SignerIdentity,
  serializeStatement,
  signStatement,
  type TrustedRoot,
  type VerifyBundleOptions,
  verifyBundle,
} from '@makoto/core'
import { renderTrustedRoot, startFulcio, startTimestampAuthority } from '@makoto/testkit'
import { expect, it, onTestFinished } from 'vitest'

const WORKFLOW = 'https://ci.example/lake/orders/.workflows/load.yml@refs/heads/main'

interface Keyless {
  readonly bytes: Uint8Array
  readonly root: TrustedRoot
  readonly issuer: string
}

/** An origin signed under a certificate of ten minutes, and stamped at a time that the test chooses. */
async function signKeyless({ time = () => new Date(), stamped = true } = {}): Promise<Keyless> {
  const [fulcio, authority] = [await startFulcio(), await startTimestampAuthority({ time })]
  onTestFinished(async () => {
    await Promise.all([fulcio.close(), authority.close()])
  })
  const identityToken = fulcio.issueToken(WORKFLOW)
  const signer = await openSigner('sigstore:', { endpoint: fulcio.url, identityToken })
  const statement = serializeStatement(originBy(`${WORKFLOW}#agent`, time()))
  const timestamp = (signature: Uint8Array) => requestTimestamp(authority.url, signature)
  const bytes = await signStatement(statement, signer, stamped ? { timestamp } : {})
  const root = parseTrustedRoot(encodeUtf8(renderTrustedRoot({ fulcio, timestampChainPem: authority.chainPem })))
  return { bytes, root, issuer: fulcio.issuer }
}

function originBy(id: string, at: Date) {
  return buildOrigin({
    dataset: { name: 'dataset:file:/lake/orders.csv', kind: 'file', sha256: 'a'.repeat(64) },
    previous: null,
    predicate: {
      origin: {
        source: 'file:/in',
        sourceType: 'file',
        collectionMethod: 'manual',
        collectionTimestamp: at.toISOString(),
      },
      collector: { id },
    },
  })
}

const verify = ({ bytes, root, issuer }: Keyless, options: Partial<VerifyBundleOptions> = {}): BundleReport => {
  const identities: SignerIdentity[] = [{ subject: WORKFLOW, issuer }]
  return verifyBundle(bytes, { ...root, keys: [], identities, at: new Date(Date.now() + 60_000), ...options })
}

const codeOf = ({ checks }: BundleReport) => checks.find(({ code }) => code !== undefined)?.code

it('believes a keyless signer by name and issuer', async () => {
  const signed = await signKeyless()
  const report = verify(signed)
  expect(report).toMatchObject({
    accepted: true,
    level: 2,
    signer: { kind: 'certificate', id: WORKFLOW, issuer: signed.issuer },
  })
  expect(report.checks.find(({ id }) => id === 'keyless')?.status).toBe('pass')
})

it('refuses another name, another issuer, and a name without an issuer', async () => {
  const signed = await signKeyless()
  const { issuer } = signed
  const as = (identity: SignerIdentity) => codeOf(verify(signed, { identities: [identity] }))
  expect(as({ subject: `${WORKFLOW}s`, issuer })).toBe('identity-mismatch')
  expect(as({ subject: WORKFLOW, issuer: `${issuer}/` })).toBe('identity-mismatch')
  expect(as({ subject: WORKFLOW })).toBe('identity-mismatch')
  expect(as({ subject: 'https://ci.example/**', issuer })).toBeUndefined()
})

it('refuses a certificate that is in no certificate log of the caller', async () => {
  const [signed, other] = [await signKeyless(), await signKeyless()]
  expect(codeOf(verify(signed, { certificateLogs: [] }))).toBe('certificate-untrusted')
  expect(codeOf(verify(signed, { certificateLogs: other.root.certificateLogs }))).toBe('certificate-untrusted')
})

it('refuses a signature without a verified time, and one after the ten minutes', async () => {
  expect(codeOf(verify(await signKeyless({ stamped: false })))).toBe('time-missing')
  const late = new Date(Date.now() + 11 * 60_000)
  const signed = await signKeyless({ time: () => late })
  expect(codeOf(verify(signed, { at: new Date(late.getTime() + 1000) }))).toBe('certificate-expired')
})
