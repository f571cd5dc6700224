import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildOrigin,
  generateKey,
  openSigner,
  PREDICATE,
  parsePublicKey,
  parseTrustedRoot,
  requestTimestamp,
  type Signer,
  type SignOptions,
  serializeStatement,
  sha256Hex,
  signStatement,
  submitLogEntry,
  type TrustedRoot,
  verifyBundle,
} from '@makoto/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cosign, type RekorServer, type RunningServer, startRekor, startTimestampServer } from './tools.ts'
import { renderSigningConfig, renderTrustedRoot } from './trusted-root.ts'

const DATA = 'hello\n'
const DIGEST = sha256Hex(new TextEncoder().encode(DATA))

let home: string
let tsa: RunningServer & { readonly chainPem: string }
let rekor: RekorServer
let root: TrustedRoot
let signer: Signer
let publicKeyPem: string

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'makoto-interop-'))
  tsa = await startTimestampServer()
  rekor = await startRekor()
  const text = renderTrustedRoot({ chainPem: tsa.chainPem, rekor })
  root = parseTrustedRoot(new TextEncoder().encode(text))
  const key = await generateKey()
  publicKeyPem = key.publicKeyPem
  place('trusted-root.json', text)
  place('signing-config.json', renderSigningConfig({ timestampUrl: tsa.url, rekor }))
  place('ours.key', key.privateKeyPem)
  place('ours.pub', key.publicKeyPem)
  place('data.txt', DATA)
  signer = await openSigner(join(home, 'ours.key'))
})
afterAll(async () => {
  await Promise.all([tsa?.stop(), rekor?.stop()])
  rmSync(home, { recursive: true, force: true })
})

const place = (name: string, content: string | Uint8Array) => writeFileSync(join(home, name), content)

function state({ id } = { id: signer.id }): Uint8Array {
  const statement = buildOrigin({
    dataset: { name: 'dataset:file:/lake/data.txt', kind: 'file', sha256: DIGEST, files: [] },
    previous: null,
    predicate: {
      origin: { source: 'file:/lake/data.txt', collectionTimestamp: new Date().toISOString() },
      collector: { id: `${id}#cli` },
    },
  })
  return serializeStatement(statement)
}

const stamp: SignOptions = { timestamp: (signature) => requestTimestamp(tsa.url, signature) }
const enlog: SignOptions = { log: (signed) => submitLogEntry(rekor.url, signed, { logs: root.transparencyLogs }) }

const verify = (bundle: Uint8Array, pem = publicKeyPem) =>
  verifyBundle(bundle, { keys: [parsePublicKey(pem)], ...root, identities: [] })

async function askCosign(
  bundle: Uint8Array,
  options: readonly string[],
  { digest = DIGEST, type = PREDICATE.origin as string } = {},
) {
  place('bundle.json', bundle)
  const subject = ['--type', type, '--digest', digest, '--digestAlg', 'sha256']
  return cosign(['verify-blob-attestation', '--bundle', 'bundle.json', '--key', 'ours.pub', ...subject, ...options], {
    home,
  })
}

const BY_KEY = ['--insecure-ignore-tlog']
const BY_TIME = ['--insecure-ignore-tlog', '--use-signed-timestamps', '--trusted-root', 'trusted-root.json']
const BY_LOG = ['--use-signed-timestamps', '--trusted-root', 'trusted-root.json']

/** The same bundle with one thing changed, as an attacker would. */
function alter(bundle: Uint8Array, change: (parsed: Parsed) => void): Uint8Array {
  const parsed: Parsed = JSON.parse(new TextDecoder().decode(bundle))
  change(parsed)
  return new TextEncoder().encode(JSON.stringify(parsed))
}

interface Parsed {
  readonly dsseEnvelope: { payload: string; readonly signatures: { sig: string }[] }
  readonly verificationMaterial: {
    readonly timestampVerificationData?: { readonly rfc3161Timestamps: { signedTimestamp: string }[] }
    tlogEntries?: {
      canonicalizedBody: string
      readonly inclusionProof: { rootHash: string; readonly checkpoint: { envelope: string } }
    }[]
  }
}

/** Changes one bit of a base64 field: in the middle, or as far from the end as `last` says. */
function flip<K extends string>(holder: Record<K, string> | undefined, field: K, last?: number): void {
  if (holder === undefined) throw new Error(`the bundle has no ${field}`)
  const bytes = Buffer.from(holder[field], 'base64')
  const at = last === undefined ? Math.floor(bytes.length / 2) : bytes.length - last
  bytes[at] = (bytes[at] ?? 0) ^ 1
  Object.assign(holder, { [field]: bytes.toString('base64') })
}

describe('what we sign, cosign accepts', () => {
  it('by the key alone', async () => {
    const bundle = await signStatement(state(), signer)
    expect(await askCosign(bundle, BY_KEY)).toMatchObject({ code: 0 })
  })

  it('with the time of a real authority', async () => {
    const bundle = await signStatement(state(), signer, stamp)
    expect(verify(bundle)).toMatchObject({ accepted: true, level: 2 })
    expect(await askCosign(bundle, BY_TIME)).toMatchObject({ code: 0 })
  })

  it('with an entry in a real log', async () => {
    const bundle = await signStatement(state(), signer, { ...stamp, ...enlog })
    const report = verify(bundle)
    expect(report).toMatchObject({ accepted: true, level: 2 })
    expect(report.checks.find(({ id }) => id === 'log')).toMatchObject({ status: 'pass' })
    expect(await askCosign(bundle, BY_LOG)).toMatchObject({ code: 0 })
  })
})

describe('both refuse', () => {
  const tampered: [string, readonly string[], (parsed: Parsed) => void][] = [
    ['another payload', BY_KEY, ({ dsseEnvelope }) => flip(dsseEnvelope, 'payload')],
    ['another signature', BY_KEY, ({ dsseEnvelope }) => flip(dsseEnvelope.signatures[0], 'sig')],
    [
      'a second signature',
      BY_KEY,
      ({ dsseEnvelope: { signatures } }) => {
        signatures.push({ sig: signatures[0]?.sig ?? '' })
      },
    ],
    [
      'a token whose signature is another',
      BY_TIME,
      ({ verificationMaterial: { timestampVerificationData } }) =>
        flip(timestampVerificationData?.rfc3161Timestamps[0], 'signedTimestamp', 5),
    ],
    [
      'a checkpoint of another root',
      BY_LOG,
      ({ verificationMaterial: { tlogEntries } }) => {
        const checkpoint = tlogEntries?.[0]?.inclusionProof.checkpoint
        const [origin, size, root = '', ...rest] = (checkpoint?.envelope ?? '').split('\n')
        const holder = { root }
        flip(holder, 'root')
        Object.assign(checkpoint ?? {}, { envelope: [origin, size, holder.root, ...rest].join('\n') })
      },
    ],
  ]
  it.each(tampered)('%s', async (_what, options, change) => {
    const bundle = alter(await signStatement(state(), signer, { ...stamp, ...enlog }), change)
    expect(verify(bundle).accepted).toBe(false)
    expect((await askCosign(bundle, options)).code).not.toBe(0)
  })

  // cosign rebuilds body and root from the rest of the bundle; we refuse a bundle that contradicts itself.
  const contradicting: [string, (parsed: Parsed) => void][] = [
    [
      'a log entry about something else',
      ({ verificationMaterial: { tlogEntries } }) => flip(tlogEntries?.[0], 'canonicalizedBody'),
    ],
    [
      'a proof to another root',
      ({ verificationMaterial: { tlogEntries } }) => flip(tlogEntries?.[0]?.inclusionProof, 'rootHash'),
    ],
  ]
  it.each(contradicting)('%s: we do, whatever cosign rebuilds', async (_what, change) => {
    const bundle = alter(await signStatement(state(), signer, { ...stamp, ...enlog }), change)
    expect(verify(bundle).accepted).toBe(false)
  })

  it('an entry of another signature over the same payload', async () => {
    const payload = state()
    const other = alter(await signStatement(payload, signer, { ...stamp, ...enlog }), () => undefined)
    const entries: Parsed = JSON.parse(new TextDecoder().decode(other))
    const swapped = alter(await signStatement(payload, signer, { ...stamp, ...enlog }), (parsed) => {
      const { tlogEntries } = entries.verificationMaterial
      if (tlogEntries) parsed.verificationMaterial.tlogEntries = tlogEntries
    })
    expect(verify(swapped)).toMatchObject({ accepted: false })
    expect((await askCosign(swapped, BY_LOG)).code).not.toBe(0)
  })

  it('a key that did not sign', async () => {
    const { publicKeyPem: other } = await generateKey()
    const bundle = await signStatement(state(), signer, stamp)
    expect(verify(bundle, other)).toMatchObject({ accepted: false })
    place('other.pub', other)
    place('bundle.json', bundle)
    const subject = ['--type', PREDICATE.origin, '--digest', DIGEST, '--digestAlg', 'sha256']
    const outcome = await cosign(
      ['verify-blob-attestation', '--bundle', 'bundle.json', '--key', 'other.pub', ...subject, ...BY_KEY],
      { home },
    )
    expect(outcome.code).not.toBe(0)
  })

  it('what cosign is asked about and is not there: another digest, another predicate', async () => {
    const bundle = await signStatement(state(), signer, stamp)
    expect((await askCosign(bundle, BY_KEY, { digest: 'f'.repeat(64) })).code).not.toBe(0)
    expect((await askCosign(bundle, BY_KEY, { type: PREDICATE.transform })).code).not.toBe(0)
  })
})

describe('what cosign signs with a key that it made', () => {
  let publicKey: string
  beforeAll(async () => {
    await cosign(['generate-key-pair'], { home, password: 'secret' })
    publicKey = readFileSync(join(home, 'cosign.pub'), 'utf8')
  })

  async function attest(what: readonly string[]) {
    const services = ['--signing-config', 'signing-config.json', '--trusted-root', 'trusted-root.json']
    const args = [
      'attest-blob',
      '--key',
      'cosign.key',
      ...what,
      ...services,
      '--bundle',
      'made.json',
      '--yes',
      'data.txt',
    ]
    expect(await cosign(args, { home, password: 'secret' })).toMatchObject({ code: 0 })
    return verify(readFileSync(join(home, 'made.json')), publicKey)
  }

  it('we accept, with its time and its entry in the log', async () => {
    const { id } = await openSigner(join(home, 'cosign.key'), { password: 'secret' })
    place('statement.json', state({ id }))
    const report = await attest(['--statement', 'statement.json'])
    expect(report).toMatchObject({ accepted: true, level: 2 })
    expect(report.statement?.subject[0]?.digest).toMatchObject({ sha256: DIGEST })
    expect(report.checks.find((check) => check.id === 'log')).toMatchObject({ status: 'pass' })
  })

  it('we refuse for nothing but its version of in-toto, where it writes the statement itself', async () => {
    place('predicate.json', JSON.stringify({ made: 'by cosign' }))
    const report = await attest(['--predicate', 'predicate.json', '--type', 'https://example.com/made/v1'])
    expect(report.checks.filter(({ status }) => status === 'fail')).toMatchObject([{ code: 'statement-invalid' }])
    expect(report.times).toHaveLength(1)
  })
})
