import {
  type AttestOriginOptions,
  attestOrigin,
  openSigner,
  openStore,
  parseTrustedRoot,
  type Store,
} from '@makoto/core'
import {
  renderTrustedRoot,
  startFulcio,
  startTimestampAuthority,
  type TestFulcio,
  type TestTimestampAuthority,
} from '@makoto/testkit'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { makeDirectory } from '../temporary-directory.ts'

const WORKFLOW = 'https://github.com/acme/lake/.github/workflows/load.yml@refs/heads/main'
const MINUTE = 60_000

let fulcio: TestFulcio
let authority: TestTimestampAuthority
let folder: string
let store: Store
beforeEach(async () => {
  fulcio = await startFulcio()
  authority = await startTimestampAuthority()
  folder = makeDirectory({ 'raw.csv': 'a\n' })
  store = openStore(`${folder}/store`)
})
afterEach(async () => {
  vi.useRealTimers()
  await fulcio.close()
  await authority.close()
})

/** Reading that takes so long by the machine's clock, which is that of the authorities too. */
function readingFor(minutes: number): Pick<AttestOriginOptions, 'digest'> {
  const now = Date.now() + minutes * MINUTE
  return { digest: { onProgress: () => void vi.useFakeTimers({ now, toFake: ['Date'] }) } }
}

function keyless() {
  const opened: string[] = []
  const signer = async () => {
    const certified = await openSigner('sigstore:', {
      endpoint: fulcio.url,
      identityToken: fulcio.issueToken(WORKFLOW),
    })
    opened.push(certified.hint)
    return certified
  }
  return { signer, opened }
}

const trustIn = ({ chainPem }: TestTimestampAuthority) => ({
  keys: [],
  ...parseTrustedRoot(new TextEncoder().encode(renderTrustedRoot({ fulcio, timestampChainPem: chainPem }))),
})

type Roots = ReturnType<typeof trustIn>

async function rootsOfAnother() {
  const other = await startFulcio()
  await other.close()
  const root = renderTrustedRoot({ fulcio: other, timestampChainPem: authority.chainPem })
  const { certificateAuthorities, certificateLogs } = parseTrustedRoot(new TextEncoder().encode(root))
  return { certificateAuthorities, certificateLogs }
}

const attest = (options: Partial<AttestOriginOptions>, dataset = `${folder}/raw.csv`) =>
  attestOrigin(dataset, {
    store,
    timestampUrl: authority.url,
    trust: trustIn(authority),
    ...options,
  })

async function listStore(): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of store.list('')) paths.push(path)
  return paths
}

describe('a keyless signer', () => {
  it('is opened again where its certificate aged while the data was read', async () => {
    const { signer, opened } = keyless()
    const attested = await attest({ signer, ...readingFor(11) })
    expect(attested).toMatchObject({ outcome: 'attested', timestamped: true })
    expect(new Set(opened).size).toBe(2)
  })

  it('is opened once where the data was read in time', async () => {
    const { signer, opened } = keyless()
    await attest({ signer, ...readingFor(4) })
    expect(opened).toHaveLength(1)
  })

  it('signs nothing under a certificate that had ended when it was timestamped', async () => {
    const late = await startTimestampAuthority({ time: () => new Date(Date.now() + 11 * MINUTE) })
    onTestFinished(late.close)
    await expect(attest({ ...keyless(), timestampUrl: late.url, trust: trustIn(late) })).rejects.toMatchObject({
      code: 'signing-failed',
      message: expect.stringMatching(/^the timestamp is of .*, and the certificate of the signer holds from /),
    })
    expect(await listStore()).toEqual([])
  })

  it('names the version that it attested before, and says the same only once', async () => {
    const first = await attest(keyless())
    expect(await attest(keyless())).toMatchObject({ outcome: 'already-attested', bundle: first.bundle })
    const second = await attest({ ...keyless(), geography: 'EU' })
    expect(second.previous).toEqual({ sha256: first.dataset.sha256, attestationDigest: { sha256: first.bundle } })
  })

  it.each([
    ['who certifies it', { certificateAuthorities: [] }, 'certifies it'],
    ['who dates it', { timestampAuthorities: [] }, 'dates it'],
  ])('is of no use without the root of %s, and nothing is read', async (_, missing, words) => {
    const trust = { ...trustIn(authority), ...missing }
    await expect(attest({ ...keyless(), trust }, `${folder}/nowhere`)).rejects.toMatchObject({
      code: 'options-invalid',
      message: expect.stringContaining(words),
    })
  })

  it.each([
    ['of another instance', async (roots: Roots) => ({ ...roots, ...(await rootsOfAnother()) }), 'leads to none'],
    [
      'without the log of certificates',
      async (roots: Roots) => ({ ...roots, certificateLogs: [] }),
      'in no log of yours',
    ],
  ])('is of no use with roots %s, and nothing is read', async (_, change, words) => {
    const trust = await change(trustIn(authority))
    await expect(attest({ ...keyless(), trust }, `${folder}/nowhere`)).rejects.toMatchObject({
      code: 'options-invalid',
      message: expect.stringContaining(words),
    })
  })

  it('is of no use without a timestamp, and nothing is read', async () => {
    const attesting = attest({ ...keyless(), timestampUrl: undefined }, `${folder}/nowhere`)
    await expect(attesting).rejects.toMatchObject({
      code: 'options-invalid',
      message: expect.stringContaining('timestamp'),
    })
  })
})
