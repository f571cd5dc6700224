import { encodeBase64, type LogEntry, parseBundle, parseTimestampAuthorities, requestTimestamp } from '@makoto/core'
import { createTransparencyLog, startTimestampAuthority, type TestTransparencyLog } from '@makoto/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf } from '../log/entry-bodies.ts'
import { trustLog } from '../log/trusted-log.ts'
import { codeOf, editMaterial, openLake, openVerifier, readBundle } from './attested-bundle.ts'
import type { Scene } from './scene.ts'

let scene: Scene
let bytes: Uint8Array
beforeEach(async () => {
  const lake = await openLake()
  scene = lake.scene
  bytes = await readBundle(scene, await scene.transform('out', [lake.raw]))
})
afterEach(() => scene.close())

const verify = openVerifier(() => scene)

/** The bundle with these tokens, or log entries, beside what it has. */
function withMaterial(
  added: { tokens?: readonly Uint8Array[]; entries?: readonly LogEntry[] },
  base = bytes,
): Uint8Array {
  return editMaterial(base, ({ timestampVerificationData, tlogEntries = [], ...material }) => {
    const tokens = (added.tokens ?? []).map((token) => ({ signedTimestamp: encodeBase64(token) }))
    const rfc3161Timestamps = [...(timestampVerificationData?.rfc3161Timestamps ?? []), ...tokens]
    return {
      ...material,
      ...(rfc3161Timestamps.length === 0 ? {} : { timestampVerificationData: { rfc3161Timestamps } }),
      tlogEntries: [...tlogEntries, ...(added.entries ?? [])],
    }
  })
}

const withoutTokens = () => editMaterial(bytes, ({ timestampVerificationData: _, ...material }) => material)

function logIn(log: TestTransparencyLog, kind = 'hashedrekord 0.0.2'): LogEntry {
  const { payload, payloadType, signature } = parseBundle(bytes)
  return log.append(bodyOf(kind, { payload, payloadType, signature, spki: scene.signer.spki }))
}

describe('so many timestamp authorities', () => {
  it('are not there where one of them answers twice', async () => {
    const again = await requestTimestamp(scene.authority.url, parseBundle(bytes).signature)
    const twice = withMaterial({ tokens: [again] })
    expect(verify(twice).times).toHaveLength(2)
    expect(verify(twice, { timestampThreshold: 1 })).toMatchObject({ accepted: true, level: 2 })
    expect(codeOf(verify(twice, { timestampThreshold: 2 }))).toBe('time-missing')
  })

  it('are there where two of them answer', async () => {
    const other = await startTimestampAuthority({ time: scene.now })
    const token = await requestTimestamp(other.url, parseBundle(bytes).signature)
    await other.close()
    const timestampAuthorities = [...scene.trust.timestampAuthorities, ...parseTimestampAuthorities(other.rootPem)]
    const report = verify(withMaterial({ tokens: [token] }), { timestampAuthorities, timestampThreshold: 2 })
    expect(report).toMatchObject({ accepted: true, level: 2 })
  })

  it('are counted with the logs that promised a time', () => {
    const log = createTransparencyLog({ rekor: 1, time: scene.now })
    const both = withMaterial({ entries: [logIn(log, 'dsse 0.0.1')] })
    const transparencyLogs = [trustLog(log)]
    expect(verify(both, { transparencyLogs, timestampThreshold: 2 })).toMatchObject({ accepted: true, level: 2 })
    expect(codeOf(verify(both, { timestampThreshold: 2 }))).toBe('time-missing')
  })

  it('are refused by none where nobody asked for them', () => {
    expect(verify(withoutTokens())).toMatchObject({ accepted: true, level: 1 })
    expect(codeOf(verify(withoutTokens(), { timestampThreshold: 1 }))).toBe('time-missing')
  })
})

describe('a demand that is no number', () => {
  it.each(['timestampThreshold', 'logThreshold', 'witnessThreshold'])('is met by nothing: %s', (demand) => {
    expect(verify(bytes).accepted).toBe(true)
    expect(verify(bytes, { [demand]: Number.NaN }).accepted).toBe(false)
  })

  it('lets no time agree, however near', () => {
    expect(verify(bytes).level).toBe(2)
    expect(verify(bytes, { latenessMs: Number.NaN }).level).toBe(1)
    expect(codeOf(verify(bytes, { skewMs: Number.NaN }))).toBe('timestamp-invalid')
  })

  it('lets no bundle be small enough', () => {
    expect(codeOf(verify(bytes, { maxBytes: Number.NaN }))).toBe('bundle-malformed')
  })
})

describe('so many logs', () => {
  it('are not there where one of them has it twice', () => {
    const log = createTransparencyLog()
    const twice = withMaterial({ entries: [logIn(log), logIn(log)] })
    const transparencyLogs = [trustLog(log)]
    expect(verify(twice, { transparencyLogs, logThreshold: 1 })).toMatchObject({ accepted: true })
    expect(codeOf(verify(twice, { transparencyLogs, logThreshold: 2 }))).toBe('log-missing')
  })

  it('are there where two of them have it', () => {
    const [log, other] = [createTransparencyLog(), createTransparencyLog({ origin: 'other.example' })]
    const both = withMaterial({ entries: [logIn(log), logIn(other)] })
    const transparencyLogs = [trustLog(log), trustLog(other)]
    expect(verify(both, { transparencyLogs, logThreshold: 2 })).toMatchObject({ accepted: true, level: 2 })
    expect(codeOf(verify(both, { logThreshold: 1 }))).toBe('log-missing')
  })

  it('do not hold an entry of another signature', () => {
    const log = createTransparencyLog()
    const { payload, payloadType } = parseBundle(bytes)
    const signature = Uint8Array.from(parseBundle(bytes).signature).fill(7, 20, 30)
    const entry = log.append(bodyOf('dsse 0.0.2', { payload, payloadType, signature, spki: scene.signer.spki }))
    expect(codeOf(verify(withMaterial({ entries: [entry] }), { transparencyLogs: [trustLog(log)] }))).toBe(
      'log-mismatch',
    )
  })
})

describe('the time of a log', () => {
  const seal = (log: TestTransparencyLog, change: (entry: LogEntry) => LogEntry = (entry) => entry) =>
    withMaterial({ entries: [change(logIn(log, 'dsse 0.0.1'))] }, withoutTokens())

  it('counts where the log signed it', () => {
    const log = createTransparencyLog({ rekor: 1, time: scene.now })
    const report = verify(seal(log), { transparencyLogs: [trustLog(log)] })
    expect(report).toMatchObject({ accepted: true, level: 2, times: [{ source: 'rekor-v1', authorityId: log.id }] })
    expect(report.checks.find(({ id }) => id === 'log')?.status).toBe('pass')
  })

  it('is none where its promise is not there', () => {
    const log = createTransparencyLog({ rekor: 1, time: scene.now })
    const bare = seal(log, ({ inclusionPromise: _, ...entry }) => entry)
    const transparencyLogs = [trustLog(log)]
    expect(verify(bare, { transparencyLogs })).toMatchObject({ accepted: true, level: 1, times: [] })
    const keys = scene.trust.keys.map((key) => ({ ...key, validFor: { start: 0, end: Number.MAX_SAFE_INTEGER } }))
    expect(codeOf(verify(bare, { transparencyLogs, keys }))).toBe('time-missing')
  })

  it('is refused where another time was written over it', () => {
    const log = createTransparencyLog({ rekor: 1, time: scene.now })
    const moved = seal(log, (entry) => ({ ...entry, integratedTime: '1700000000' }))
    expect(codeOf(verify(moved, { transparencyLogs: [trustLog(log)] }))).toBe('log-invalid')
  })

  it('is none of a log that the caller does not trust', () => {
    const log = createTransparencyLog({ rekor: 1, time: scene.now })
    expect(verify(seal(log))).toMatchObject({ accepted: true, level: 1, times: [] })
    const [other] = [createTransparencyLog({ rekor: 1 })]
    expect(codeOf(verify(seal(log), { transparencyLogs: [trustLog(other)] }))).toBe('log-untrusted')
  })
})

describe('a statement that nobody signed', () => {
  const unsigned = async () => {
    const { path } = await scene.transform('out', [await scene.attest('raw')], { signer: null })
    return (await scene.store.get(path, { maxBytes: 1e6 })) ?? new Uint8Array()
  }

  it('is refused where the caller asks for authorities, logs or witnesses', async () => {
    const bare = await unsigned()
    expect(verify(bare)).toMatchObject({ accepted: true, level: 1 })
    expect(codeOf(verify(bare, { timestampThreshold: 1 }))).toBe('time-missing')
    expect(codeOf(verify(bare, { logThreshold: 1 }))).toBe('log-missing')
    expect(codeOf(verify(bare, { witnessThreshold: 1 }))).toBe('witness-missing')
    expect(verify(bare, { logThreshold: 1 })).toMatchObject({ accepted: false, level: 0 })
  })
})
