import {
  type BundleReport,
  canonicalize,
  decodeUtf8,
  encodeBase64,
  type JsonObject,
  type LogEntry,
  parseBundle,
  type VerifyBundleOptions,
  verifyBundle,
} from '@makoto/core'
import { createTransparencyLog, type TestLogEntry, type TestTransparencyLog } from '@makoto/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bodyOf } from '../log/entry-bodies.ts'
import { trustLog } from '../log/trusted-log.ts'
import { type Attested, openScene, type Scene } from './scene.ts'

let scene: Scene
let raw: Attested
let log: TestTransparencyLog
let entry: TestLogEntry
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  raw = await scene.attest('raw')
  log = createTransparencyLog({ rekor: 1, origin: 'rekor.example', time: scene.now })
  entry = log.append(bodyOf('dsse 0.0.1', await readSigned(raw)))
})
afterEach(() => scene.close())

const read = async ({ path }: Attested) => (await scene.store.get(path, { maxBytes: 1e6 })) ?? new Uint8Array()

async function readSigned(attested: Attested) {
  const { payload, payloadType, signature } = parseBundle(await read(attested))
  return { payload, payloadType, signature, spki: scene.signer.spki }
}

/** The bundle as its producer would have written it with these entries. */
async function withEntries(attested: Attested, tlogEntries: readonly LogEntry[], { stamped = true } = {}) {
  const bundle: JsonObject = JSON.parse(decodeUtf8(await read(attested)))
  const { timestampVerificationData, ...material } = Object(bundle.verificationMaterial)
  const stamps = stamped ? { timestampVerificationData } : {}
  const logged = { ...material, ...stamps, tlogEntries: JSON.parse(JSON.stringify(tlogEntries)) }
  return canonicalize({ ...bundle, verificationMaterial: logged })
}

const verify = (bytes: Uint8Array, options: Partial<VerifyBundleOptions> = {}) =>
  verifyBundle(bytes, { ...scene.trust, transparencyLogs: [trustLog(log)], at: scene.now(), ...options })

const answerOf = ({ checks }: BundleReport, id: string) => {
  const check = checks.find((candidate) => candidate.id === id)
  return check?.code ?? check?.status
}

const refusal = (report: BundleReport) => [report.accepted, report.level, answerOf(report, 'log')]

function alter(change: (copy: TestLogEntry) => void): TestLogEntry {
  const copy = structuredClone(entry)
  change(copy)
  return copy
}

describe('a bundle with a log entry', () => {
  it('is accepted where the entry holds, and says where it stands', async () => {
    const report = verify(await withEntries(raw, [entry]))
    expect(report).toMatchObject({ accepted: true, level: 2 })
    expect(report.checks.find(({ id }) => id === 'log')).toMatchObject({
      status: 'pass',
      detail: `entry ${entry.logIndex} of rekor.example`,
    })
  })

  it('has a verified time of the log where its promise holds', async () => {
    const report = verify(await withEntries(raw, [entry], { stamped: false }))
    expect(report.times).toMatchObject([{ time: scene.now(), authorityId: log.id, source: 'rekor-v1' }])
    expect(report).toMatchObject({ accepted: true, level: 2 })
  })

  it('has no time without the promise', async () => {
    const { inclusionPromise, ...unpromised } = entry
    expect(inclusionPromise).toBeDefined()
    const report = verify(await withEntries(raw, [unpromised], { stamped: false }))
    expect(report).toMatchObject({ accepted: true, level: 1, times: [] })
  })

  it('proves nothing by it where the verifier names no log', async () => {
    const report = verify(await withEntries(raw, [entry], { stamped: false }), { transparencyLogs: [] })
    expect([report.level, answerOf(report, 'log'), report.times]).toEqual([1, 'skipped', []])
  })

  it('is no worse for an entry of a log that the verifier does not know, beside one that holds', async () => {
    const other = createTransparencyLog({ rekor: 1, time: scene.now }).append(
      bodyOf('dsse 0.0.1', await readSigned(raw)),
    )
    const report = verify(await withEntries(raw, [other, entry]))
    expect(report.accepted).toBe(true)
    expect(report.checks.find(({ id }) => id === 'log')?.detail).toMatch(/1 more that does not hold/)
  })

  it('counts logs, not entries, towards a threshold', async () => {
    const again = log.append(bodyOf('dsse 0.0.1', await readSigned(raw)))
    const second = createTransparencyLog({ rekor: 1, origin: 'second.example', time: scene.now })
    const elsewhere = second.append(bodyOf('dsse 0.0.1', await readSigned(raw)))
    const transparencyLogs = [trustLog(log), trustLog(second)]
    const twice = verify(await withEntries(raw, [entry, again]), { transparencyLogs, logThreshold: 2 })
    const both = verify(await withEntries(raw, [entry, elsewhere]), { transparencyLogs, logThreshold: 2 })
    expect([refusal(twice), refusal(both)]).toEqual([
      [false, 0, 'log-missing'],
      [true, 2, 'pass'],
    ])
  })
})

describe('a bundle is refused', () => {
  it('where the entry is of another signature over the same payload', async () => {
    const again = await scene.signer.sign(new Uint8Array(1))
    const other = log.append(bodyOf('dsse 0.0.1', { ...(await readSigned(raw)), signature: again }))
    expect(refusal(verify(await withEntries(raw, [other])))).toEqual([false, 0, 'log-mismatch'])
  })

  it('where the entry is of another payload', async () => {
    const other = log.append(bodyOf('dsse 0.0.1', { ...(await readSigned(raw)), payload: new Uint8Array(1) }))
    expect(refusal(verify(await withEntries(raw, [other])))).toEqual([false, 0, 'log-mismatch'])
  })

  it('where the entry is of another key', async () => {
    const other = log.append(bodyOf('dsse 0.0.1', { ...(await readSigned(raw)), spki: new Uint8Array(log.spki) }))
    expect(refusal(verify(await withEntries(raw, [other])))).toEqual([false, 0, 'log-mismatch'])
  })

  it.each<[string, (copy: TestLogEntry) => void]>([
    [
      'the proof is of another leaf',
      (copy) => {
        copy.inclusionProof.hashes = log.prove(0).inclusionProof.hashes
      },
    ],
    [
      'the root is another than the checkpoint’s',
      (copy) => {
        copy.inclusionProof.rootHash = encodeBase64(new Uint8Array(32))
      },
    ],
    [
      'the tree is of another size than the checkpoint’s',
      (copy) => {
        copy.inclusionProof.treeSize = '7'
      },
    ],
    [
      'the checkpoint is of another origin',
      (copy) => {
        copy.inclusionProof.checkpoint.envelope = resigned('rekor.example.com')
      },
    ],
    [
      'the promise is of another time',
      (copy) => {
        copy.integratedTime = '1'
      },
    ],
    [
      'the proof is endless',
      (copy) => {
        copy.inclusionProof.hashes = Array.from({ length: 64 }, () => copy.inclusionProof.rootHash)
      },
    ],
  ])('where %s', async (_what, change) => {
    const report = verify(await withEntries(raw, [alter((copy) => void change(copy))]), {
      transparencyLogs: [trustLog(log, { origin: 'rekor.example' })],
    })
    expect(refusal(report)).toEqual([false, 0, 'log-invalid'])
  })

  const resigned = (origin: string) => log.signCheckpoint(log.checkpointText().replace(/^[^ ]+/, origin))

  it('where another log signed the checkpoint', async () => {
    const other = createTransparencyLog({ rekor: 1, origin: 'rekor.example', time: scene.now })
    const altered = alter((copy) => {
      copy.inclusionProof.checkpoint.envelope = other.signCheckpoint(log.checkpointText())
    })
    const transparencyLogs = [trustLog(log), trustLog(other)]
    expect(refusal(verify(await withEntries(raw, [altered]), { transparencyLogs }))).toEqual([false, 0, 'log-invalid'])
  })

  it('where the log was not trusted at the time that it states', async () => {
    const validFor = { start: 0, end: scene.now().getTime() - 1 }
    const report = verify(await withEntries(raw, [entry]), { transparencyLogs: [trustLog(log, { validFor })] })
    expect(refusal(report)).toEqual([false, 0, 'log-untrusted'])
  })

  it('where the log’s time has not come yet', async () => {
    const at = new Date(scene.now().getTime() - 10 * 60_000)
    const report = verify(await withEntries(raw, [entry], { stamped: false }), { at })
    expect(refusal(report)).toEqual([false, 0, 'log-invalid'])
  })

  it('where none of its logs is trusted', async () => {
    const transparencyLogs = [trustLog(createTransparencyLog())]
    expect(refusal(verify(await withEntries(raw, [entry]), { transparencyLogs }))).toEqual([false, 0, 'log-untrusted'])
  })

  it('where one entry stands twice', async () => {
    expect(refusal(verify(await withEntries(raw, [entry, entry])))).toEqual([false, 0, 'log-invalid'])
  })

  it('where one entry stands twice, at another place by its own word', async () => {
    const { inclusionPromise, ...unpromised } = entry
    expect(inclusionPromise).toBeDefined()
    const elsewhere = { ...unpromised, logIndex: '77' }
    expect(refusal(verify(await withEntries(raw, [unpromised, elsewhere])))).toEqual([false, 0, 'log-invalid'])
  })

  it('where a bad entry of a trusted log stands beside a good one', async () => {
    const bad = alter((copy) => {
      copy.logIndex = '77'
      delete copy.inclusionPromise
      copy.inclusionProof.hashes.pop()
    })
    expect(refusal(verify(await withEntries(raw, [entry, bad])))).toEqual([false, 0, 'log-invalid'])
  })

  it('where more entries come than anybody reads', async () => {
    const many = Array.from({ length: 33 }, () => entry)
    const report = verify(await withEntries(raw, many))
    expect([report.accepted, answerOf(report, 'signature')]).toEqual([false, 'bundle-malformed'])
  })

  it('where the caller requires a log and the bundle has none', async () => {
    expect(refusal(verify(await read(raw), { logThreshold: 1 }))).toEqual([false, 0, 'log-missing'])
    expect(refusal(verify(await read(raw), { logThreshold: 1, transparencyLogs: [] }))).toEqual([
      false,
      0,
      'log-missing',
    ])
  })
})
