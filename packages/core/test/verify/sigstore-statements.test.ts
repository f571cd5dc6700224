import { type BundleReport, parsePublicKey, parseTrustedRoot, verifyBundle } from '@makoto/core'
import { expect, it } from 'vitest'
import { describeCorpus, readCorpus } from '../corpora.ts'

const CASES = 'sigstore-conformance/bundle-verify'
const IDENTITY = {
  subject:
    'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
}

/** Statements of others, in the one form that we take: DSSE in bundle v0.3, here from Sigstore's staging instance. */
function verify(name: string, identity = IDENTITY): BundleReport {
  const root = parseTrustedRoot(readCorpus(`${CASES}/${name}/trusted_root.json`))
  const bundle = readCorpus(`${CASES}/${name}/bundle.sigstore.json`)
  return verifyBundle(bundle, { ...root, keys: [], identities: [identity], logThreshold: 1 })
}

const codeOf = ({ checks }: BundleReport) => checks.find(({ code }) => code !== undefined)?.code

describeCorpus('verifyBundle on keyless statements of others', CASES, () => {
  it('accepts what Fulcio certified, a log holds and a timestamp covers', () => {
    const report = verify('rekor2-dsse-happy-path')
    expect(report).toMatchObject({ accepted: true, signer: { id: IDENTITY.subject, issuer: IDENTITY.issuer } })
    const statusOf = (id: string) => report.checks.find((check) => check.id === id)?.status
    expect(['signature', 'key', 'keyless', 'timestamp', 'log'].map(statusOf)).toEqual(Array(5).fill('pass'))
  })

  it('refuses an entry of another payload, and of another signature', () => {
    expect(codeOf(verify('rekor2-dsse-mismatch-envelope_fail'))).toBe('log-mismatch')
    expect(codeOf(verify('rekor2-dsse-mismatch-sig_fail'))).toBe('log-mismatch')
  })

  it('refuses another identity, and the key of somebody', () => {
    expect(codeOf(verify('rekor2-dsse-happy-path', { ...IDENTITY, subject: '*' }))).toBe('identity-mismatch')
    const keys = [parsePublicKey(readCorpus(`${CASES}/managed-key-happy-path/key.pub`))]
    const bundle = readCorpus(`${CASES}/rekor2-dsse-happy-path/bundle.sigstore.json`)
    expect(codeOf(verifyBundle(bundle, { keys, timestampAuthorities: [] }))).toBe('key-untrusted')
  })
})
