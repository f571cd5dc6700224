import { execFile } from 'node:child_process'
import { inspect, promisify } from 'node:util'
import {
  openSigner,
  parseTrustedRoot,
  requestTimestamp,
  type SignerIdentity,
  signStatement,
  submitLogEntry,
  verifyBundle,
} from '@makoto/core'
import {
  describeSigner,
  type FulcioFault,
  type RunningTransparencyLog,
  renderTrustedRoot,
  startFulcio,
  startTimestampAuthority,
  startTransparencyLog,
  type TestFulcio,
  type TestTimestampAuthority,
} from '@makoto/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { makeDirectory, writeFiles } from '../temporary-directory.ts'
import { temporaryFile } from '../temporary-file.ts'
import { isCosignInstalled, stateOrigin, verification } from './round-trip.ts'

const run = promisify(execFile)
const WORKFLOW = 'https://github.com/acme/lake/.github/workflows/load.yml@refs/heads/main'

beforeEach(() => {
  // A run inside a CI must not find that CI's own identity.
  for (const name of ['SIGSTORE_ID_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])
    vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

describe('keyless', () => {
  let fulcio: TestFulcio
  let authority: TestTimestampAuthority
  let log: RunningTransparencyLog
  let trustedRoot: string
  beforeAll(async () => {
    fulcio = await startFulcio()
    authority = await startTimestampAuthority()
    log = await startTransparencyLog()
    trustedRoot = renderTrustedRoot({ fulcio, timestampChainPem: authority.chainPem, log: log.log })
  })
  afterAll(async () => {
    await fulcio.close()
    await authority.close()
    await log.close()
  })

  const open = (identityToken = fulcio.issueToken(WORKFLOW)) =>
    openSigner('sigstore:', { endpoint: fulcio.url, identityToken })

  describeSigner('a key that Fulcio certified', () => open())

  it('is named as the token names whoever signs', async () => {
    expect((await open()).id).toBe(WORKFLOW)
    expect((await open(fulcio.issueToken('42', { email: 'ada@example.org', email_verified: true }))).id).toBe(
      'ada@example.org',
    )
  })

  it('finds the token in a file, in SIGSTORE_ID_TOKEN, and in a GitHub workflow', async () => {
    const file = temporaryFile('token', `${fulcio.issueToken('https://a.example/file')}\n`)
    const fromFile = await openSigner('sigstore:', { endpoint: fulcio.url, identityToken: { file } })
    expect(fromFile.id).toBe('https://a.example/file')
    vi.stubEnv('SIGSTORE_ID_TOKEN', fulcio.issueToken('https://a.example/environment'))
    expect((await openSigner('sigstore:', { endpoint: fulcio.url })).id).toBe('https://a.example/environment')
    vi.stubEnv('SIGSTORE_ID_TOKEN', undefined)
    for (const [name, value] of Object.entries(fulcio.workflowEnvironment(WORKFLOW))) vi.stubEnv(name, value)
    expect((await openSigner('sigstore:', { endpoint: fulcio.url })).id).toBe(WORKFLOW)
  })

  async function sign(): Promise<Uint8Array> {
    const signer = await open()
    return signStatement(stateOrigin(signer), signer, {
      timestamp: (signature) => requestTimestamp(authority.url, signature),
      log: (signed) => submitLogEntry(log.url, signed),
    })
  }

  const trustIn = (identity: SignerIdentity) => ({
    keys: [],
    ...parseTrustedRoot(new TextEncoder().encode(trustedRoot)),
    identities: [identity],
  })

  it('gives a bundle that proves who signed and when, and that it is logged', async () => {
    const report = verifyBundle(await sign(), trustIn({ subject: WORKFLOW, issuer: fulcio.issuer }))
    expect(report.checks.filter(({ status }) => status === 'fail')).toEqual([])
    expect(report.checks).toContainEqual(expect.objectContaining({ id: 'log', status: 'pass' }))
    expect(report.signer).toMatchObject({ kind: 'certificate', id: WORKFLOW, issuer: fulcio.issuer })
  })

  it('gives a bundle that proves nothing to who trusts somebody else', async () => {
    const report = verifyBundle(await sign(), trustIn({ subject: `${WORKFLOW}x`, issuer: fulcio.issuer }))
    expect(report.signer).toBeUndefined()
  })

  it.skipIf(!isCosignInstalled())('gives a bundle that cosign accepts, and for nobody else', async () => {
    const folder = makeDirectory({ 'root.json': trustedRoot })
    writeFiles(folder, { 'b.sigstore.json': await sign() })
    const verify = (identity: string) =>
      run(
        'cosign',
        verification('b.sigstore.json', [
          ...['--trusted-root', 'root.json', '--use-signed-timestamps'],
          ...['--certificate-identity', identity, '--certificate-oidc-issuer', fulcio.issuer],
        ]),
        { cwd: folder },
      )
    expect((await verify(WORKFLOW)).stderr).toContain('Verified OK')
    await expect(verify('https://github.com/other/workflow')).rejects.toThrow(/identit/)
  })

  it('stops where the certificate ends', async () => {
    const signer = await open()
    vi.useFakeTimers({ now: Date.now() + 11 * 60_000, toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await expect(signer.sign(Uint8Array.of(1))).rejects.toMatchObject({ code: 'signing-failed' })
  })

  it.each([
    ['no token at all', undefined],
    ['text that is no token', 'ghp_notatoken'],
  ])('asks for an identity: %s', async (_, identityToken) => {
    const opening = openSigner('sigstore:', {
      endpoint: fulcio.url,
      ...(identityToken === undefined ? {} : { identityToken }),
    })
    await expect(opening).rejects.toMatchObject({ code: 'identity-missing' })
  })

  it.each([
    ['has expired', { exp: 1 }],
    // @sigstore/sign 5.1.0 writes such a token into its error's message.
    ['names an address that nobody checked', { email: 'ada@example.org' }],
  ])('repeats nothing of a token that %s', async (_, claims) => {
    const token = fulcio.issueToken(WORKFLOW, claims)
    const error = await open(token).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'key-unavailable', message: expect.stringMatching(/identity token|email/) })
    expect(JSON.stringify(error) + inspect(error, { depth: 9 })).not.toContain(token.split('.')[1])
  })

  it.each<FulcioFault>(['other-key', 'without-name'])(
    'takes no certificate of an authority with the fault %s',
    async (fault) => {
      const faulty = await startFulcio(fault)
      onTestFinished(faulty.close)
      const opening = openSigner('sigstore:', { endpoint: faulty.url, identityToken: faulty.issueToken(WORKFLOW) })
      await expect(opening).rejects.toMatchObject({ code: 'key-unavailable' })
    },
  )

  it('is of no use with a URI that names more', async () => {
    await expect(openSigner('sigstore:key')).rejects.toMatchObject({ code: 'key-uri-invalid' })
  })
})
