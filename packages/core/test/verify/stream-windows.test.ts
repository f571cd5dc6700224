import { rmSync } from 'node:fs'
import {
  canonicalize,
  encodeUtf8,
  type Policy,
  PREDICATE,
  parsePublicKey,
  type Signer,
  type Statement,
  type StreamWindowPredicate,
  sha256Hex,
  streamReportSchema,
  type TransformInput,
  type VerifyStreamWindowsOptions,
  verifyStreamWindows,
} from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attestationPath, pointerPath } from '../../src/store/layout.ts'
import { copyWithoutTimestamp } from './copy-bundle.ts'
import { type Attested, answer, newSigner, openScene, referTo, requirement, type Scene } from './scene.ts'
import { writePolicy } from './write-policy.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const STREAM = 'iot'
const NAME = `stream:${STREAM}`
const idOf = (number: number) => `${NAME}:window_${String(number).padStart(4, '0')}`
const rootOf = (content: string) => sha256Hex(encodeUtf8(content))

interface Words {
  readonly number: number
  readonly root?: string
  readonly previous?: { readonly previousWindowId: string; readonly previousMerkleRoot?: string } | null
  readonly type?: string
  readonly starts?: number
  readonly lasts?: number
  readonly chainLength?: number | null
  readonly dropped?: unknown
  readonly signer?: Signer | null
  readonly edit?: (statement: Statement<StreamWindowPredicate>) => Statement<object>
}

const before = (number: number) => ({ previousWindowId: idOf(number), previousMerkleRoot: rootOf(`window ${number}`) })

/** A window of ten minutes that follows the one before it, as a producer states it. */
async function attest(words: Words): Promise<Attested> {
  const {
    number,
    root = rootOf(`window ${number}`),
    type = 'tumbling',
    starts = number * 10,
    lasts = 10,
    dropped = 0,
  } = words
  scene.advance(1)
  const time = (minutes: number) => new Date(Date.parse('2026-11-21T00:00:00.000Z') + minutes * 60_000).toISOString()
  const previous = words.previous === undefined ? (number === 0 ? null : before(number - 1)) : words.previous
  const digest = { sha256: root, merkleRoot: root, windowStart: time(starts), windowEnd: time(starts + lasts) }
  const statement: Statement<StreamWindowPredicate> = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: idOf(number), digest, annotations: { kind: 'stream' } }],
    predicateType: PREDICATE.streamWindow,
    predicate: {
      stream: { id: STREAM },
      window: { type },
      integrity: {
        merkleTree: { algorithm: 'sha256', leafCount: 10, root },
        chain: { ...previous, ...countBefore(words), genesisWindowId: idOf(0) },
      },
      collector: { id: `${(words.signer ?? scene.signer).id}#agent` },
      metadata: { droppedRecords: dropped, finishedOn: scene.now().toISOString() },
    },
  }
  const attested = await scene.seal(words.edit?.(statement) ?? statement, words)
  const pointer = { name: NAME, subject: attested.sha256, bundle: attested.bundle, time: scene.now().toISOString() }
  await scene.store.put(pointerPath(pointer), canonicalize(pointer))
  return attested
}

const countBefore = ({ number, chainLength = number }: Words) => (chainLength === null ? {} : { chainLength })

async function attestThree(second: Partial<Words> = {}) {
  const first = await attest({ number: 0 })
  const middle = await attest({ number: 1, ...second })
  return [first, middle, await attest({ number: 2 })] as const
}

const verify = (options: Partial<VerifyStreamWindowsOptions> = {}) => {
  scene.advance(1)
  return verifyStreamWindows(STREAM, { store: scene.store, trust: scene.trust, at: scene.now(), ...options })
}

it('proves windows that each name the one before them, oldest first', async () => {
  await attestThree()
  const report = await verify()
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2, stream: NAME })
  expect(report.windows.map(({ id }) => id)).toEqual([idOf(0), idOf(1), idOf(2)])
})

it('knows no stream that the store has nothing of', async () => {
  expect((await verify()).failure?.code).toBe('no-attestation')
})

it('says that a window is missing', async () => {
  const [, middle] = await attestThree()
  rmSync(`${scene.root}/store/${middle.path}`)
  expect(await verify()).toMatchObject({ verdict: 'NOT PROVEN', level: 0, failure: { code: 'window-gap' } })
})

it('says that the first is missing, unless the caller knows where the kept ones begin', async () => {
  const [first] = await attestThree()
  rmSync(`${scene.root}/store/${first.path}`)
  expect((await verify()).failure?.code).toBe('window-gap')
  const anchor = { windowId: idOf(0), merkleRoot: rootOf('window 0') }
  expect((await verify({ anchor })).verdict).toBe('PROVEN')
  expect((await verify({ anchor: { ...anchor, merkleRoot: rootOf('another') } })).failure?.code).toBe('window-mismatch')
  expect((await verify({ anchor: { ...anchor, windowId: idOf(9) } })).failure?.code).toBe('window-gap')
})

it('says that the known window is missing where older ones are kept', async () => {
  const [, middle] = await attestThree()
  rmSync(`${scene.root}/store/${middle.path}`)
  const anchor = { windowId: idOf(1), merkleRoot: rootOf('window 1') }
  expect((await verify({ anchor })).failure).toEqual({
    code: 'window-gap',
    message: expect.stringContaining('is not in this store, and windows before it are'),
  })
})

it('asks for the window that the caller knows by its name alone', async () => {
  const [first] = await attestThree()
  const known = (number: number) => verify({ anchor: { windowId: idOf(number) } })
  expect((await known(2)).verdict).toBe('PROVEN')
  expect((await known(5)).failure).toEqual({
    code: 'window-gap',
    message: expect.stringContaining(`nothing in this store leads back to ${idOf(5)}`),
  })
  rmSync(`${scene.root}/store/${first.path}`)
  expect((await known(0)).verdict).toBe('PROVEN')
})

it('asks which root the known window has, where nothing says it', async () => {
  await attest({ number: 1, previous: { previousWindowId: idOf(0) } })
  expect((await verify({ anchor: { windowId: idOf(0), merkleRoot: rootOf('window 0') } })).failure?.code).toBe(
    'window-gap',
  )
})

it('refuses a window that was replaced: the next one names its root', async () => {
  const [, middle] = await attestThree()
  rmSync(`${scene.root}/store/${middle.path}`)
  await attest({ number: 1, root: rootOf('forged') })
  expect((await verify()).failure?.code).toBe('window-mismatch')
})

it('refuses two windows in one place, and two that follow the same one', async () => {
  await attestThree()
  await attest({ number: 1, root: rootOf('other') })
  expect((await verify()).failure?.code).toBe('window-fork')
})

it('refuses a second branch of the stream', async () => {
  await attestThree()
  await attest({ number: 7, previous: { previousWindowId: idOf(1), previousMerkleRoot: rootOf('window 1') } })
  expect((await verify()).failure?.code).toBe('window-fork')
})

it('is not disturbed by windows that nobody signed', async () => {
  await attestThree()
  await attest({ number: 1, root: rootOf('forged'), signer: null })
  await attest({ number: 9, signer: null })
  await attest({
    number: 8,
    signer: null,
    edit: ({ subject, ...rest }) => ({ ...rest, subject: [...subject, ...subject] }),
  })
  expect(await verify()).toMatchObject({ verdict: 'PROVEN', level: 2, windows: { length: 3 } })
})

/** A pointer that anybody could have written, listed after every other. */
async function plant(subject: string, bundle: string) {
  const pointer = { name: NAME, subject, bundle, time: '9999-12-31T23:59:59.999Z' }
  await scene.store.put(pointerPath(pointer), canonicalize(pointer))
}

it('sees the newest window beside a pointer that gives its bundle another subject', async () => {
  const [, , last] = await attestThree()
  await plant('f'.repeat(64), last.bundle)
  expect(await verify()).toMatchObject({ verdict: 'PROVEN', windows: { length: 3 } })
})

it('is not disturbed by a window that was written again without its signature', async () => {
  await attestThree()
  await attest({ number: 1, signer: null })
  expect(await verify()).toMatchObject({ verdict: 'PROVEN', level: 2, windows: { length: 3 } })
})

it('is not disturbed by a window that was copied without its timestamp', async () => {
  const [, { sha256, path, bundle }] = await attestThree()
  const copy = await copyWithoutTimestamp(scene, path, bundle)
  await scene.store.put(attestationPath(sha256, copy.bundle, 'sigstore'), copy.bytes)
  await plant(sha256, copy.bundle)
  const report = await verify()
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2, windows: { length: 3 } })
  expect(report.windows[1]?.bundle).toBe(bundle)
})

it('knows a window by each of the bundles that attest it', async () => {
  const [, , last] = await attestThree()
  await attest({ number: 2 })
  scene.write('out', { 'x.parquet': 'x' })
  await scene.transform('out', [last])
  const again = await attest({ number: 2 })
  scene.write('other', { 'x.parquet': 'y' })
  await scene.transform('other', [again])
  for (const dataset of ['out', 'other']) expect(answer(await scene.verify(dataset), 'windows')).toBe('pass')
})

it('takes a window that was attested twice for one', async () => {
  await attestThree()
  await attest({ number: 2 })
  expect(await verify()).toMatchObject({ verdict: 'PROVEN', windows: { length: 3 } })
})

for (const [what, words] of Object.entries({
  'begins before the one it follows': { starts: -5 },
  'overlaps the one it follows': { starts: 5 },
  'counts wrongly': { chainLength: 9 },
}))
  it(`refuses a window that ${what}`, async () => {
    await attest({ number: 0 })
    await attest({ number: 1, ...words })
    expect((await verify()).failure?.code).toBe('window-order')
  })

it('lets sliding windows overlap', async () => {
  await attest({ number: 0, type: 'sliding' })
  await attest({ number: 1, type: 'sliding', starts: 5 })
  expect((await verify()).verdict).toBe('PROVEN')
})

it('refuses windows that follow each other in a circle', async () => {
  const inCircle = { type: 'session', starts: 0, chainLength: null }
  const after = (number: number) => ({ previousWindowId: idOf(number), previousMerkleRoot: rootOf(`window ${number}`) })
  await attest({ ...inCircle, number: 0, previous: after(1) })
  await attest({ ...inCircle, number: 1, previous: after(0) })
  expect((await verify()).failure).toMatchObject({
    code: 'window-order',
    message: expect.stringContaining('in a circle'),
  })
})

it('refuses a window whose subject gives another root than its tree', async () => {
  const edit: Words['edit'] = ({ subject: [subject], ...statement }) => ({
    ...statement,
    subject: [{ ...subject, name: idOf(0), digest: { ...subject?.digest, merkleRoot: rootOf('another') } }],
  })
  await attest({ number: 0, edit })
  expect((await verify()).failure?.code).toBe('statement-invalid')
})

it.each([[null], [[]], [''], [false], ['0.0']])('does not take %j for a count of dropped records', async (dropped) => {
  await attest({ number: 0, dropped })
  expect(await verify({ level: 1 })).toMatchObject({ verdict: 'PROVEN', level: 1 })
})

it('proves level 1 only where records were dropped', async () => {
  await attest({ number: 0, dropped: 3 })
  expect(await verify({ level: 1 })).toMatchObject({ verdict: 'PROVEN', level: 1 })
  expect((await verify()).failure).toEqual({
    code: 'level-not-met',
    message: expect.stringMatching(/^L1 is proven, L2 is required: window stream:iot:window_0000: L2\.X\.1, /),
  })
})

it('answers in the form of its schema', async () => {
  await attestThree()
  const report = await verify()
  expect(streamReportSchema.parse(report)).toEqual(report)
})

it('knows nobody who is not trusted, and says whom it refused', async () => {
  await attestThree()
  const other = await newSigner(scene.root, 'other.pem')
  const trust = { ...scene.trust, keys: [parsePublicKey(other.publicKeyPem)] }
  expect(await verify({ trust })).toMatchObject({ level: 0, refused: 3, failure: { code: 'key-untrusted' } })
  await attest({ number: 3, signer: other.signer })
  expect(await verify()).toMatchObject({ verdict: 'PROVEN', refused: 1, windows: { length: 3 } })
})

it('asks every window for as many authorities as the caller does', async () => {
  await attestThree()
  expect((await verify({ timestampThreshold: 2 })).failure?.code).toBe('time-missing')
})

it('answers L2.P.10 for data that was made from windows', async () => {
  const [first, , last] = await attestThree()
  scene.write('out', { 'x.parquet': 'x' })
  const inputs = (): TransformInput[] => [referTo(last)]
  await scene.transform('out', [], { inputs })
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect([answer(report, 'windows'), requirement(report, 'L2.P.10')]).toEqual(['pass', 'pass'])
  rmSync(`${scene.root}/store/${first.path}`)
  const gap = await scene.verify('out')
  expect([gap.verdict, requirement(gap, 'L2.P.10')]).toEqual(['PROVEN', 'fail'])
  await attest({ number: 1, root: rootOf('other') })
  expect((await scene.verify('out')).failure?.code).toBe('window-fork')
})

describe('a key that is trusted for other datasets', () => {
  let tenant: Signer
  let policy: Policy
  beforeEach(async () => {
    const { signer, publicKeyPem } = await newSigner(scene.root, 'tenant.pem')
    tenant = signer
    const rules = [
      { datasets: [`${NAME}:*`, '**/out'], attestedBy: ['spark'], level: 2 as const },
      { datasets: ['**/tenant'], attestedBy: ['tenant'] },
    ]
    policy = await writePolicy(scene, rules, { tenant: publicKeyPem })
  })

  const misnamed: Words['edit'] = ({ subject: [subject], ...statement }) => ({
    ...statement,
    subject: [{ ...subject, name: `dataset:file:${scene.path('tenant')}`, digest: subject?.digest ?? {} }],
  })

  it.each<[string, Words]>([
    ['states another window of the same name', { number: 1, root: rootOf('other') }],
    ['states a window that follows one of the stream', { number: 7, previous: before(1) }],
    ['states the same window, timestamped before it', { number: 2 }],
    ['states something else of the stream', { number: 3, edit: misnamed }],
  ])('changes nothing of a stream where it %s', async (_, words) => {
    if (words.number === 2) await attest({ ...words, signer: tenant })
    const [, , last] = await attestThree()
    scene.write('out', { 'x.parquet': 'x' })
    await scene.transform('out', [], { inputs: () => [referTo(last)] })
    if (words.number !== 2) await attest({ ...words, signer: tenant })
    const { trust } = policy
    const report = await verify({ policy, trust })
    expect([report.failure, report.windows.length]).toEqual([undefined, 3])
    expect((await scene.verify('out', { policy, trust })).failure?.message).toBeUndefined()
  })

  it('is refused by the rule where nobody else states the stream', async () => {
    await attest({ number: 0, signer: tenant })
    expect((await verify({ policy, trust: policy.trust })).failure).toMatchObject({
      code: 'policy-not-met',
      message: expect.stringContaining('attestedBy'),
    })
  })
})
