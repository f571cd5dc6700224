import { generateKeyPairSync, sign } from 'node:crypto'
import {
  canonicalize,
  encodeBase64,
  formatPem,
  type LogEntry,
  POLICY_SCHEMA,
  type Policy,
  parseBundle,
  readPolicy,
  verifyRun,
  verifyStreamWindows,
} from '@makoto/core'
import { createTransparencyLog, startTimestampAuthority, type TestTransparencyLog } from '@makoto/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf } from '../log/entry-bodies.ts'
import { trustLog } from '../log/trusted-log.ts'
import { openAgent, RUN } from './agent.ts'
import { codeOf, editMaterial, openVerifier, readBundle } from './attested-bundle.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
})
afterEach(() => scene.close())

type Thresholds = { readonly timestampThreshold?: number; readonly logThreshold?: number }

/** Trusts the scene's key and authority, another authority, and logs by their keys; asks for as many as is said. */
async function policyOf(thresholds: Thresholds, logs: readonly TestTransparencyLog[] = []): Promise<Policy> {
  const other = await startTimestampAuthority({ time: scene.now })
  await other.close()
  const [key] = scene.trust.keys
  const document = {
    schema: POLICY_SCHEMA,
    trust: {
      keys: [{ name: 'spark', pem: formatPem('PUBLIC KEY', key?.spki ?? new Uint8Array()) }],
      timestampAuthorities: [
        { name: 'tsa', pem: scene.authority.rootPem },
        { name: 'other', pem: other.rootPem },
      ],
      logs: logs.map(({ origin, spki }, i) => ({ name: `log-${i}`, origin, pem: formatPem('PUBLIC KEY', spki) })),
      ...thresholds,
    },
    rules: [{ name: 'all', datasets: ['**'], level: 2 }],
  }
  const text = new TextEncoder().encode(JSON.stringify(document))
  return readPolicy('policy.json', { resolve: (reference) => reference, read: async () => text })
}

describe('what a policy asks for by number', () => {
  const verdict = async (thresholds: Thresholds, logs: readonly TestTransparencyLog[] = []) => {
    const policy = await policyOf(thresholds, logs)
    const report = await scene.verify('raw', { policy, trust: policy.trust })
    return report.failure?.code ?? report.verdict
  }

  it('is asked of a dataset, and of what it was made from', async () => {
    const raw = await scene.attest('raw')
    expect(await verdict({})).toBe('PROVEN')
    expect(await verdict({ timestampThreshold: 1 })).toBe('PROVEN')
    expect(await verdict({ timestampThreshold: 2 })).toBe('time-missing')
    expect(await verdict({ logThreshold: 1 }, [createTransparencyLog()])).toBe('log-missing')
    scene.write('out', { 'b.parquet': 'b' })
    await scene.transform('out', [raw])
    const policy = await policyOf({ logThreshold: 1 }, [createTransparencyLog()])
    const report = await scene.verify('out', { policy, trust: policy.trust })
    expect(report.verdict).toBe('NOT PROVEN')
  })

  it('is asked for beside what the caller asks for: the greater number counts', async () => {
    await scene.attest('raw')
    const ask = async (own: number, theirs: number) => {
      const policy = await policyOf({ timestampThreshold: own })
      const report = await scene.verify('raw', { policy, trust: policy.trust, timestampThreshold: theirs })
      return report.failure?.code ?? report.verdict
    }
    expect(await ask(1, 0)).toBe('PROVEN')
    expect(await ask(2, 1)).toBe('time-missing')
    expect(await ask(1, 2)).toBe('time-missing')
  })

  it('is asked of the records of a run', async () => {
    const agent = openAgent(scene)
    await agent.start()
    await agent.seal([])
    const verify = async (thresholds: Thresholds) => {
      const { trust } = await policyOf(thresholds, [createTransparencyLog()])
      return (await verifyRun(RUN, { store: scene.store, trust, at: scene.now() })).verdict
    }
    expect(await verify({ timestampThreshold: 1 })).toBe('PROVEN')
    expect(await verify({ timestampThreshold: 2 })).toBe('NOT PROVEN')
    expect(await verify({ logThreshold: 1 })).toBe('NOT PROVEN')
  })

  it('is refused by streams where it is no number, as by datasets', async () => {
    const trust = { ...scene.trust, timestampThreshold: Number.NaN }
    const invalid = { code: 'options-invalid' }
    await expect(verifyStreamWindows('s', { store: scene.store, trust })).rejects.toMatchObject(invalid)
    await expect(scene.verify('raw', { trust: { ...scene.trust, logThreshold: Number.NaN } })).rejects.toMatchObject(
      invalid,
    )
  })
})

describe('a bundle that lies in logs which a policy names', () => {
  const verify = openVerifier(() => scene)
  const logIn = (bytes: Uint8Array, log: TestTransparencyLog, kind: string): LogEntry => {
    const { payload, payloadType, signature } = parseBundle(bytes)
    return log.append(bodyOf(kind, { payload, payloadType, signature, spki: scene.signer.spki }))
  }
  const withEntries = (bytes: Uint8Array, ...entries: LogEntry[]) =>
    editMaterial(bytes, (material) => ({ ...material, tlogEntries: entries }))

  it('is held by as many as are asked for', async () => {
    const bytes = await readBundle(scene, await scene.attest('raw'))
    const [first, second] = [createTransparencyLog(), createTransparencyLog({ origin: 'second.example' })]
    const { trust } = await policyOf({ logThreshold: 2 }, [first, second])
    const [one, two] = [first, second].map((log) => logIn(bytes, log, 'hashedrekord 0.0.2')) as [LogEntry, LogEntry]
    expect(verify(withEntries(bytes, one, two), trust)).toMatchObject({ accepted: true, level: 2 })
    expect(codeOf(verify(withEntries(bytes, one), trust))).toBe('log-missing')
  })

  it('lies in one log where one key keeps two', async () => {
    const bytes = await readBundle(scene, await scene.attest('raw'))
    const { privateKey } = generateKeyPairSync('ed25519')
    const pair = ['first.example', 'second.example'].map((origin) => createTransparencyLog({ origin, privateKey }))
    const entries = pair.map((log) => logIn(bytes, log, 'hashedrekord 0.0.2'))
    const trust = { transparencyLogs: pair.map((log) => trustLog(log)) }
    expect(new Set(trust.transparencyLogs.map(({ id }) => id)).size).toBe(2)
    expect(verify(withEntries(bytes, ...entries), { ...trust, logThreshold: 1 }).accepted).toBe(true)
    expect(codeOf(verify(withEntries(bytes, ...entries), { ...trust, logThreshold: 2 }))).toBe('log-missing')
  })

  it('has the time that one of them promised, beside that of an authority', async () => {
    const bytes = await readBundle(scene, await scene.attest('raw'))
    const log = createTransparencyLog({ rekor: 1, time: scene.now })
    const { trust } = await policyOf({ timestampThreshold: 2 }, [log])
    const report = verify(withEntries(bytes, logIn(bytes, log, 'dsse 0.0.1')), trust)
    expect(report).toMatchObject({ accepted: true, level: 2 })
    expect(report.times.map(({ source }) => source).sort()).toEqual(['rekor-v1', 'tsa'])
    expect(codeOf(verify(bytes, trust))).toBe('time-missing')
  })

  it('has its time from one of them where one key promises it under two ids', async () => {
    const bytes = await readBundle(scene, await scene.attest('raw'))
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const log = createTransparencyLog({ rekor: 1, privateKey, time: scene.now })
    const [own, alias] = [trustLog(log), trustLog(log, { id: '00'.repeat(32) })]
    const entry = logIn(bytes, log, 'dsse 0.0.1')
    const { canonicalizedBody: body, integratedTime, logIndex } = entry
    const promised = { body, integratedTime: Number(integratedTime), logID: alias.id, logIndex: Number(logIndex) }
    const again: LogEntry = {
      ...entry,
      logId: { keyId: encodeBase64(new Uint8Array(32)) },
      inclusionPromise: { signedEntryTimestamp: sign('sha256', canonicalize(promised), privateKey).toString('base64') },
    }
    const trust = { timestampAuthorities: [], transparencyLogs: [own, alias] }
    const both = withEntries(bytes, entry, again)
    expect(verify(both, trust).times).toHaveLength(2)
    expect(verify(both, { ...trust, timestampThreshold: 1 }).accepted).toBe(true)
    expect(codeOf(verify(both, { ...trust, timestampThreshold: 2 }))).toBe('time-missing')
  })
})
