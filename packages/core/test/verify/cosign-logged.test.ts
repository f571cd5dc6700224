import { POLICY_SCHEMA, parsePublicKey, parseTrustedRoot, readPolicy, type Trust, verifyBundle } from '@makoto/core'
import { createTransparencyLog } from '@makoto/testkit'
import { expect, it } from 'vitest'
import { describeCorpus, readCorpus } from '../corpora.ts'
import { trustLog } from '../log/trusted-log.ts'
import { codeOf } from './attested-bundle.ts'

/** cosign's bundle with a key, a token, and an entry of a Rekor v2 of its own. @see ../shared/corpora/cosign */
describeCorpus('a bundle that cosign logged', 'cosign', () => {
  const bytes = readCorpus('cosign/rekor.sigstore.json')
  const key = parsePublicKey(readCorpus('cosign/cs.pub'))
  const trust: Trust = { ...parseTrustedRoot(readCorpus('cosign/trusted-root-rekor.json')), keys: [key] }
  const verify = (bundle: Uint8Array, changes: Partial<Trust> = {}) => {
    const report = verifyBundle(bundle, { ...trust, ...changes, logThreshold: 1, timestampThreshold: 1 })
    return { ...report, code: report.checks.find(({ code }) => code !== undefined)?.code }
  }
  const alter = (change: (entry: Entry) => void) => {
    const bundle: Bundle = JSON.parse(Buffer.from(bytes).toString())
    for (const entry of bundle.verificationMaterial.tlogEntries) change(entry)
    return Buffer.from(JSON.stringify(bundle))
  }

  it('is accepted, and says where it stands and that a token gives its time', () => {
    const report = verify(bytes)
    expect(report).toMatchObject({ accepted: true, level: 1, signer: { id: key.id } })
    expect(report.times.map(({ source }) => source)).toEqual(['tsa'])
    expect(report.checks.find(({ id }) => id === 'log')).toMatchObject({
      status: 'pass',
      detail: 'entry 0 of rekor.local',
    })
  })

  it.each<[string, string, (entry: Entry) => void]>([
    ['another signature was logged', 'log-mismatch', (entry) => rewrite(entry, 'MEUCIQD43', 'MEUCIQD44')],
    ['another digest was logged', 'log-mismatch', (entry) => rewrite(entry, 'XKbxbTON', 'XKbxbTOO')],
    ['the tree is of another size', 'log-invalid', (entry) => Object.assign(entry.inclusionProof, { treeSize: '2' })],
    ['the checkpoint is of another origin', 'log-invalid', (entry) => rename(entry, 'rekor.local', 'rekor.locals')],
    ['the checkpoint is of another tree', 'log-invalid', (entry) => rename(entry, '\n1\n', '\n2\n')],
    ['it has no checkpoint', 'log-invalid', (entry) => Reflect.deleteProperty(entry.inclusionProof, 'checkpoint')],
  ])('is refused where %s', (_what, code, change) => {
    expect(verify(alter(change))).toMatchObject({ accepted: false, level: 0, code })
  })

  it('is refused under another log of the same name, and under none', () => {
    const other = trustLog(createTransparencyLog({ origin: 'rekor.local' }), {
      id: trust.transparencyLogs?.[0]?.id ?? '',
    })
    expect(verify(bytes, { transparencyLogs: [other] }).code).toBe('log-invalid')
    expect(verify(bytes, { transparencyLogs: [] }).code).toBe('log-missing')
  })

  /** Everybody whom the trusted root names, its log apart, and so many of them asked for. */
  const policyWith = async (logs: readonly object[]): Promise<Trust> => {
    const { tlogs: _, ...root } = rootText()
    const trust = {
      keys: [{ name: 'cosign', pem: new TextDecoder().decode(readCorpus('cosign/cs.pub')) }],
      trustedRoots: ['root.json'],
      logs,
      timestampThreshold: 1,
      ...(logs.length === 0 ? {} : { logThreshold: 1 }),
    }
    const policy = { schema: POLICY_SCHEMA, trust, rules: [{ name: 'all', datasets: ['**'] }] }
    const files: Record<string, object> = { 'policy.json': policy, 'root.json': root }
    const read = async (place: string) => new TextEncoder().encode(JSON.stringify(files[place]))
    return (await readPolicy('policy.json', { resolve: (reference) => reference, read })).trust
  }

  it('is held to what a policy asks that names the log by its origin and its key', async () => {
    const [log] = rootText().tlogs
    const pem = `-----BEGIN PUBLIC KEY-----\n${log?.publicKey.rawBytes}\n-----END PUBLIC KEY-----\n`
    const named = await policyWith([{ name: 'rekor', origin: 'rekor.local', pem }])
    const report = verifyBundle(bytes, named)
    expect(report).toMatchObject({ accepted: true, level: 1 })
    expect(report.checks.find(({ id }) => id === 'log')).toMatchObject({ status: 'pass', detail: 'entry 0 of rekor' })
    const unlogged = alter((entry) => Reflect.deleteProperty(entry, 'inclusionProof'))
    expect(verifyBundle(unlogged, named).accepted).toBe(false)
    const elsewhere = await policyWith([{ name: 'rekor', origin: 'rekor.example', pem }])
    expect(codeOf(verifyBundle(bytes, elsewhere))).toBe('log-missing')
    expect(verifyBundle(bytes, await policyWith([])).checks.find(({ id }) => id === 'log')?.status).toBe('skipped')
  })
})

const rootText = (): { tlogs: readonly { publicKey: { rawBytes: string } }[] } =>
  JSON.parse(new TextDecoder().decode(readCorpus('cosign/trusted-root-rekor.json')))

interface Entry {
  canonicalizedBody: string
  inclusionProof: { checkpoint: { envelope: string } }
}

interface Bundle {
  verificationMaterial: { tlogEntries: Entry[] }
}

function rewrite(entry: Entry, old: string, text: string): void {
  const body = Buffer.from(entry.canonicalizedBody, 'base64').toString()
  if (!body.includes(old)) throw new Error(`${old} is not in the body`)
  entry.canonicalizedBody = Buffer.from(body.replace(old, text)).toString('base64')
}

function rename({ inclusionProof: { checkpoint } }: Entry, old: string, text: string): void {
  checkpoint.envelope = checkpoint.envelope.replaceAll(old, text)
}
