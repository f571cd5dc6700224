import { generateKeyPairSync } from 'node:crypto'
import {
  type BundleReport,
  canonicalize,
  decodeUtf8,
  type JsonObject,
  type LogEntry,
  parseBundle,
  type VerifyBundleOptions,
  verifyBundle,
  type Witness,
} from '@makoto/core'
import { createTransparencyLog, createWitness, type TestTransparencyLog, type TestWitness } from '@makoto/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPublicKey } from '../../src/key/public-key.ts'
import { bodyOf } from '../log/entry-bodies.ts'
import { trustLog } from '../log/trusted-log.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
let bytes: Uint8Array
let log: TestTransparencyLog
const { privateKey } = generateKeyPairSync('ed25519')
const first = createWitness('witness.example/w1', privateKey)
const second = createWitness('witness.example/w2')
const stranger = createWitness('witness.example/w3')
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  const { path } = await scene.attest('raw')
  bytes = (await scene.store.get(path, { maxBytes: 1e6 })) ?? new Uint8Array()
  log = createTransparencyLog()
})
afterEach(() => scene.close())

const trustWitness = ({ name, spki }: TestWitness): Witness => ({ name, key: readPublicKey(new Uint8Array(spki)) })

/** The signature's entry in a log, with these lines below the log's own. */
function enter(into: TestTransparencyLog, cosign: (text: string) => readonly string[] = () => []): LogEntry {
  const { payload, payloadType, signature } = parseBundle(bytes)
  const entry = into.append(bodyOf('hashedrekord 0.0.2', { payload, payloadType, signature, spki: scene.signer.spki }))
  entry.inclusionProof.checkpoint.envelope += cosign(into.checkpointText()).join('')
  return entry
}

const seenBy =
  (...witnesses: readonly TestWitness[]) =>
  (text: string) =>
    witnesses.map((witness) => witness.cosign(text, scene.now()))

function verify(entries: readonly LogEntry[], options: Partial<VerifyBundleOptions> = {}): BundleReport {
  const bundle: JsonObject = JSON.parse(decodeUtf8(bytes))
  const verificationMaterial = { ...Object(bundle.verificationMaterial), tlogEntries: [...entries] }
  return verifyBundle(canonicalize(JSON.parse(JSON.stringify({ ...bundle, verificationMaterial }))), {
    ...scene.trust,
    at: scene.now(),
    transparencyLogs: [trustLog(log)],
    witnesses: [trustWitness(first), trustWitness(second)],
    witnessThreshold: 2,
    ...options,
  })
}

const answerOf = ({ checks }: BundleReport) => {
  const check = checks.find(({ id }) => id === 'log')
  return check?.code ?? check?.status
}
const refusal = (report: BundleReport) => [report.accepted, report.level, answerOf(report)]

describe('so many witnesses', () => {
  it('are there where each of them signed the tree that holds the signature', () => {
    const report = verify([enter(log, seenBy(first, second))])
    expect(refusal(report)).toEqual([true, 2, 'pass'])
    expect(report.checks.find(({ id }) => id === 'log')?.detail).toMatch(/w1, witness.example\/w2 saw$/)
  })

  it('are not there where one of them signed twice', () => {
    const twice = (text: string) => [first.cosign(text, scene.now()), first.cosign(text, new Date(0))]
    expect(refusal(verify([enter(log, twice)]))).toEqual([false, 0, 'witness-missing'])
  })

  it('are not there where one key signs under two names', () => {
    const alias = createWitness('witness.example/alias', privateKey)
    const report = verify([enter(log, seenBy(first, alias))], {
      witnesses: [trustWitness(first), trustWitness(alias)],
    })
    expect(refusal(report)).toEqual([false, 0, 'witness-missing'])
  })

  it('are not there where one name signs with two keys', () => {
    const rekeyed = createWitness(first.name)
    const report = verify([enter(log, seenBy(first, rekeyed))], {
      witnesses: [trustWitness(first), trustWitness(rekeyed)],
    })
    expect(refusal(report)).toEqual([false, 0, 'witness-missing'])
  })

  it('are not there where somebody signed whom the verifier does not know', () => {
    expect(refusal(verify([enter(log, seenBy(first, stranger))]))).toEqual([false, 0, 'witness-missing'])
    expect(refusal(verify([enter(log, seenBy(first, second))], { witnesses: [] }))).toEqual([
      false,
      0,
      'witness-missing',
    ])
  })

  it('are not there where the log is one of them', () => {
    const keys = generateKeyPairSync('ed25519')
    const own = createTransparencyLog({ privateKey: keys.privateKey })
    const self = createWitness('witness.example/self', keys.privateKey)
    const report = verify([enter(own, seenBy(first, self))], {
      transparencyLogs: [trustLog(own)],
      witnesses: [trustWitness(first), trustWitness(self)],
    })
    expect(refusal(report)).toEqual([false, 0, 'witness-missing'])
  })

  it('are not there without an entry, without a log, or where the only entry is of a stranger’s log', () => {
    expect(refusal(verify([]))).toEqual([false, 0, 'witness-missing'])
    expect(refusal(verify([enter(log, seenBy(first, second))], { transparencyLogs: [] }))).toEqual([
      false,
      0,
      'witness-missing',
    ])
    const other = createTransparencyLog({ origin: 'other.example' })
    expect(refusal(verify([enter(other, seenBy(first, second))]))).toEqual([false, 0, 'log-untrusted'])
  })

  it('have to have seen one tree, not each another one', () => {
    const other = createTransparencyLog({ origin: 'other.example' })
    const transparencyLogs = [trustLog(log), trustLog(other)]
    const apart = [enter(log, seenBy(first)), enter(other, seenBy(second))]
    expect(refusal(verify(apart, { transparencyLogs }))).toEqual([false, 0, 'witness-missing'])
  })

  it('have to have seen each of so many logs', () => {
    const other = createTransparencyLog({ origin: 'other.example' })
    const transparencyLogs = [trustLog(log), trustLog(other)]
    const asked = { transparencyLogs, logThreshold: 2 }
    const one = [enter(log, seenBy(first, second)), enter(other, seenBy(first))]
    expect(refusal(verify(one, { transparencyLogs }))).toEqual([true, 2, 'pass'])
    expect(refusal(verify(one, asked))).toEqual([false, 0, 'witness-missing'])
    const both = [enter(log, seenBy(first, second)), enter(other, seenBy(second, first))]
    expect(refusal(verify(both, asked))).toEqual([true, 2, 'pass'])
    expect(refusal(verify(both.slice(0, 1), asked))).toEqual([false, 0, 'log-missing'])
  })

  it('are asked of nobody who did not ask', () => {
    expect(refusal(verify([enter(log)], { witnessThreshold: 0 }))).toEqual([true, 2, 'pass'])
  })

  it('are not there where the number of them is none', () => {
    const report = verify([enter(log, seenBy(first, second))], { witnessThreshold: Number.NaN })
    expect(refusal(report)).toEqual([false, 0, 'witness-missing'])
  })

  it('give a log no time that they did not see', () => {
    const dated = createTransparencyLog({ rekor: 1, origin: 'dated.example', time: scene.now })
    const { payload, payloadType, signature } = parseBundle(bytes)
    const unseen = dated.append(bodyOf('dsse 0.0.1', { payload, payloadType, signature, spki: scene.signer.spki }))
    const entries = [enter(log, seenBy(first, second)), unseen]
    const transparencyLogs = [trustLog(log), trustLog(dated)]
    expect(verify(entries, { transparencyLogs, witnessThreshold: 0 }).times).toHaveLength(2)
    expect(verify(entries, { transparencyLogs }).times).toHaveLength(1)
  })
})

describe('a cosignature of a witness that the verifier knows', () => {
  it('is refused over another tree, whatever else is there', () => {
    const elsewhere = (text: string) => [
      first.cosign(text, scene.now()),
      second.cosign(text.replace(/\n\d+\n/, '\n77\n'), scene.now()),
    ]
    for (const witnessThreshold of [0, 1, 2])
      expect(refusal(verify([enter(log, elsewhere)], { witnessThreshold }))).toEqual([false, 0, 'log-invalid'])
  })

  it('is refused where another key made it in its name', () => {
    const keyHash = (line: string) => Buffer.from(line.split(' ')[2] ?? '', 'base64').subarray(0, 4)
    const forged = (text: string) => {
      const [own, theirs] = [second.cosign(text, scene.now()), stranger.cosign(text, scene.now())]
      const body = Buffer.from(theirs.split(' ')[2] ?? '', 'base64').subarray(4)
      return [
        first.cosign(text, scene.now()),
        `— ${second.name} ${Buffer.concat([keyHash(own), body]).toString('base64')}\n`,
      ]
    }
    expect(refusal(verify([enter(log, forged)]))).toEqual([false, 0, 'log-invalid'])
  })
})
