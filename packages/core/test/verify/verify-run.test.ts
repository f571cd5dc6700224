import { rmSync } from 'node:fs'
import {
  PREDICATE,
  parsePublicKey,
  runReportSchema,
  type Signer,
  type Statement,
  type TransformPredicate,
  type VerifyRunOptions,
  verifyRun,
} from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agent, openAgent, type RecordChanges, RUN, type SealWords } from './agent.ts'
import { codeOf, openRunScene, type RunScene } from './run-scene.ts'
import { type Attested, newSigner, type Scene, type TransformChanges } from './scene.ts'

let scene: Scene
let agent: Agent
let raw: Attested
let verify: RunScene['verify']
beforeEach(async () => {
  ;({ scene, agent, raw, verify } = await openRunScene())
})
afterEach(() => scene.close())

/** One execution that reads `raw` and writes `out`, with its stages. */
async function execute(execution = '0', changes: TransformChanges = {}) {
  const stagesRef = await agent.stages(execution, [
    { id: 0, reads: [raw], facts: { bytesRead: '6', bytesWritten: '1' } },
  ])
  const metadata = { invocationId: `${RUN}/${execution}`, finishedOn: scene.now().toISOString() }
  const out = await agent.output('tenant-a/out', [raw], execution, {
    ...changes,
    predicate: { stagesRef, metadata, ...changes.predicate },
  })
  return { out, bundles: [stagesRef.digest.sha256, out.bundle] }
}

/** A whole run; the changes are those of its seal. */
async function runOnce(seal: RecordChanges & SealWords = {}, output: TransformChanges = {}) {
  await agent.start()
  const { out, bundles } = await execute('0', output)
  await agent.seal(bundles, { reads: [raw], writes: [out], ...seal })
  return { out, bundles }
}

it('proves a run that was sealed, and that its statements are all that there is to say', async () => {
  const { out } = await runOnce()
  const report = await verify({ complete: true })
  expect(report).toMatchObject({
    verdict: 'PROVEN',
    level: 2,
    completeness: { extent: 'full', reasons: [] },
    run: { id: RUN, outcome: 'succeeded', signer: scene.signer.id },
    bundles: { listed: 2, verified: 2, missing: 0 },
    stages: { objects: 1, lines: 1, failed: 0 },
    reads: [{ name: raw.name, sha256: raw.sha256 }],
    writes: [{ name: out.name, sha256: out.sha256 }],
  })
  expect(runReportSchema.parse(report)).toEqual(report)
})

it('proves a run over its checkpoints, the last timestamp standing for all records', async () => {
  await agent.start({})
  const first = await execute('0')
  await agent.checkpoint(first.bundles, { timestamp: false })
  scene.write('tenant-a/out', { 'x.parquet': 'y' })
  const second = await execute('1', {
    previous: { sha256: first.out.sha256, attestationDigest: { sha256: first.out.bundle } },
  })
  await agent.seal(second.bundles, { reads: [raw], writes: [first.out, second.out] })
  expect(await verify({ complete: true })).toMatchObject({
    verdict: 'PROVEN',
    level: 2,
    bundles: { listed: 4, verified: 4 },
  })
})

it('knows no run that the store has nothing of', async () => {
  expect(codeOf(await verify())).toBe('no-attestation')
})

it('shows a run without a seal as unfinished', async () => {
  await agent.start()
  const { bundles } = await execute()
  await agent.checkpoint(bundles)
  const report = await verify()
  expect(codeOf(report)).toBe('run-unfinished')
  expect(report.run.outcome).toBe('unfinished')
})

it('refuses a run whose numbers have a gap', async () => {
  await agent.start()
  const { out, bundles } = await execute()
  const gone = await agent.checkpoint(bundles)
  await agent.seal([], { reads: [raw], writes: [out] })
  rmSync(`${scene.root}/store/runs/${RUN}/000001_${gone}`)
  expect(codeOf(await verify())).toBe('run-gap')
})

it('refuses a run without its beginning', async () => {
  const start = await agent.start()
  const { out, bundles } = await execute()
  await agent.seal(bundles, { reads: [raw], writes: [out] })
  rmSync(`${scene.root}/store/runs/${RUN}/000000_${start}`)
  expect(codeOf(await verify())).toBe('run-gap')
})

it('refuses a record that does not name the one before it', async () => {
  await runOnce({ record: { previousRunBundle: '0'.repeat(64) } })
  expect(codeOf(await verify())).toBe('run-gap')
})

it('refuses a number that stands twice', async () => {
  await runOnce()
  await openAgent(scene).start({ applicationId: 'another' })
  expect(codeOf(await verify())).toBe('run-fork')
})

it('takes a record that was signed twice for one', async () => {
  const words = { time: scene.now().toISOString() }
  await openAgent(scene).start(words)
  await agent.start(words)
  const { out, bundles } = await execute()
  await agent.seal(bundles, { reads: [raw], writes: [out] })
  expect(await verify()).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

it('refuses two seals', async () => {
  const { out } = await runOnce()
  await agent.seal([], { reads: [raw], writes: [out] })
  expect(codeOf(await verify())).toBe('run-invalid')
})

it('refuses a run that does not begin with a start', async () => {
  await agent.checkpoint([])
  await agent.seal([])
  expect(codeOf(await verify())).toBe('run-invalid')
})

it('refuses a record in the place of another number', async () => {
  await agent.start()
  await agent.seal([], { number: 2 })
  expect(codeOf(await verify())).toBe('run-unfinished')
})

it('refuses a seal whose total or whose root is not that of the bundles', async () => {
  await runOnce({ record: { total: 3 } })
  expect(codeOf(await verify())).toBe('run-root')
})

it('refuses a seal with a wrong root', async () => {
  await runOnce({ record: { root: '0'.repeat(64) } })
  expect(codeOf(await verify())).toBe('run-root')
})

it('refuses a checkpoint that is signed by another key, though you trust it too', async () => {
  const { signer, trusted } = await trustStranger()
  await agent.start()
  const { out, bundles } = await execute()
  await agent.checkpoint(bundles, { signer })
  await agent.seal([], { reads: [raw], writes: [out] })
  expect(codeOf(await verify({ trust: trusted }))).toBe('run-signer')
  expect(codeOf(await verify())).toBe('run-gap')
})

it('is not disturbed by what others put beside the records', async () => {
  const { signer } = await trustStranger()
  await runOnce()
  const stranger = openAgent({ ...scene, signer })
  await stranger.start()
  await openAgent(scene, RUN, false).start({ applicationId: 'unsigned' })
  await scene.store.put(`runs/${RUN}/README`, new Uint8Array(1))
  await scene.store.put(`runs/${RUN}/000007_${'0'.repeat(64)}`, new Uint8Array(1))
  await scene.store.put(`runs/${RUN}/stages/9.sigstore.jsonl`, new Uint8Array(1))
  expect(await verify({ complete: true })).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

it('refuses a bundle of the run that another key signed', async () => {
  const { signer, trusted } = await trustStranger()
  await runOnce({}, { signer })
  expect(codeOf(await verify({ trust: trusted }))).toBe('run-signer')
  expect(codeOf(await verify())).toBe('key-untrusted')
})

it('refuses a bundle whose timestamp does not hold', async () => {
  await agent.start()
  scene.advance(60)
  const { out, bundles } = await execute()
  scene.advance(-60)
  await agent.seal(bundles, { reads: [raw], writes: [out] })
  expect(codeOf(await verify())).toBe('timestamp-invalid')
})

it('refuses a bundle of another run that the records list', async () => {
  await agent.start()
  const other = openAgent(scene, 'other~1~fedcba9876543210')
  const out = await other.output('tenant-a/out', [raw], '0')
  await agent.seal([out.bundle], { reads: [raw], writes: [out] })
  expect(codeOf(await verify())).toBe('run-misstated')
})

it('does not vouch for a run of which a bundle is gone', async () => {
  const { out } = await runOnce()
  rmSync(`${scene.root}/store/${out.path}`)
  expect(await verify()).toMatchObject({ failure: { code: 'run-incomplete' }, bundles: { missing: 1 } })
})

it('refuses a run whose stages were altered', async () => {
  const { bundles } = await runOnce()
  rmSync(`${scene.root}/store/runs/${RUN}/stages`, { recursive: true })
  await agent.stages('0', [{ id: 0, reads: [raw], facts: { tasks: 1 } }])
  expect(await verify()).toMatchObject({
    failure: { code: 'run-incomplete' },
    bundles: { listed: bundles.length, missing: 1 },
  })
})

it('refuses a seal that leaves out what was written, wherever that lies', async () => {
  await runOnce({ writes: [] })
  expect(await verify()).toMatchObject({ failure: { code: 'run-misstated' }, bundles: { missing: 0 } })
})

it('refuses a seal that leaves out what was read', async () => {
  await runOnce({ reads: [] })
  expect(await verify()).toMatchObject({ failure: { code: 'run-misstated' } })
})

it('refuses a seal that claims a write which nothing attests', async () => {
  await agent.start()
  const { out, bundles } = await execute()
  await agent.seal(bundles, { reads: [raw], writes: [out, raw] })
  expect(codeOf(await verify())).toBe('run-misstated')
})

it('refuses a seal of a success of which something failed', async () => {
  await runOnce({ record: { executions: { succeeded: 1, failed: 1 } } })
  expect(codeOf(await verify())).toBe('run-misstated')
})

it('counts as written what the run attests as an origin of its own, whatever it is called', async () => {
  await agent.start()
  const { bundles } = await execute()
  const origin = { source: 'elsewhere', collectionTimestamp: scene.now().toISOString() }
  const state = (words: object) => (statement: Statement<TransformPredicate>) => ({
    ...statement,
    predicateType: PREDICATE.origin,
    predicate: {
      ...words,
      origin: { ...origin, collectionMethod: 'attested-by-hand' },
      collector: { id: `${scene.signer.id}#agent` },
      completeness: statement.predicate.completeness,
    },
  })
  scene.write('tenant-b/out', { 'x.parquet': 'theirs' })
  const hidden = await agent.output('tenant-b/out', [], '1', { edit: state({}) })
  await agent.seal([...bundles, hidden.bundle], { reads: [raw, hidden], writes: [] })
  expect((await verify({ writes: ['**/tenant-a/**'] })).failure).toMatchObject({
    code: 'run-misstated',
    message: expect.stringContaining('is of another run'),
  })
})

it('proves level 1 only of a run that is said to have begun at another time than it did', async () => {
  await agent.start({ time: '2026-10-01T00:00:00.000Z' })
  const { out, bundles } = await execute()
  await agent.seal(bundles, { reads: [raw], writes: [out] })
  const report = await verify()
  expect(report).toMatchObject({ level: 1, failure: { code: 'level-not-met' } })
  expect(report.failure?.message).toContain('the statement is backdated')
})

for (const [what, record, reason] of [
  ['dropped events', { droppedEvents: 2 }, 'events-dropped'],
  ['a gap', { gaps: [{ reason: 'object-lost', count: 1 }] }, 'object-lost'],
  ['a failure', { outcome: 'failed' }, 'outcome-failed'],
] as const)
  it(`is not complete with ${what}`, async () => {
    await runOnce({ record })
    expect(await verify()).toMatchObject({ verdict: 'PROVEN', completeness: { extent: 'partial', reasons: [reason] } })
    expect(codeOf(await verify({ complete: true }))).toBe('run-incomplete')
    expect(codeOf(await verify({ reads: ['**/tenant-a/**'] }))).toBe('run-incomplete')
  })

it('is not complete where an attestation is partial, or a job outside SQL wrote', async () => {
  await agent.start()
  const completeness = { inputs: 'partial' as const, outputs: 'full' as const, reasons: ['deadline' as const] }
  const { out, bundles } = await execute('0', { completeness })
  const job = await agent.stages('job-7', [{ id: 5, facts: { recordsWritten: '10' } }])
  await agent.seal([...bundles, job.digest.sha256], { reads: [raw], writes: [out] })
  expect((await verify()).completeness.reasons).toEqual(['deadline', 'output-not-named'])
})

it('is not complete where stages are not stated, so that nobody knows what jobs outside SQL did', async () => {
  await agent.start({ configuration: { stages: 'none' } })
  const { out, bundles } = await execute()
  await agent.seal(bundles, { reads: [raw], writes: [out] })
  expect((await verify()).completeness.reasons).toEqual(['stages-not-stated'])
})

it("proves that tenant A's job touched nothing of tenant B, and refuses one that did", async () => {
  await runOnce()
  const only = { reads: ['**/tenant-a/**'], writes: ['**/tenant-a/**'] }
  expect(await verify(only)).toMatchObject({ verdict: 'PROVEN' })
  const message = `reads: the run read ${raw.name}`
  expect(await verify({ ...only, reads: ['**/tenant-b/**'] })).toMatchObject({
    failure: { code: 'run-outside', message },
  })
  expect(codeOf(await verify({ ...only, writes: ['**/tenant-b/**'] }))).toBe('run-outside')
})

it('counts every place that a table had among what was written', async () => {
  const orders = (statement: Statement<TransformPredicate>) => ({
    ...statement,
    subject: statement.subject.map((subject) => ({ ...subject, name: 'dataset:a.orders' })),
  })
  await agent.start()
  scene.write('tenant-b/out', { 'x.parquet': 'theirs' })
  const moved = await agent.output('tenant-b/out', [raw], '0', { edit: orders })
  const { out, bundles } = await execute('1', { edit: orders })
  await agent.seal([moved.bundle, ...bundles], { reads: [raw], writes: [moved, out] })
  expect(await verify({ writes: ['a.orders', '**/tenant-b/**', '**/tenant-a/**'] })).toMatchObject({
    verdict: 'PROVEN',
  })
  expect(codeOf(await verify({ writes: ['a.orders', '**/tenant-a/**'] }))).toBe('run-outside')
  expect(codeOf(await verify({ writes: ['a.orders', '**/tenant-b/**'] }))).toBe('run-outside')
})

it('counts what was read without a digest among what was read', async () => {
  const unresolvedInputs = [{ name: 'jdbc:postgresql://b/x', reason: 'input-without-digest' }]
  await runOnce({}, { predicate: { unresolvedInputs } })
  const report = await verify({ reads: ['**/tenant-a/**'] })
  expect(report).toMatchObject({ failure: { code: 'run-outside' }, unresolved: unresolvedInputs })
})

it('does not take a dataset for a stage of this run, whatever reason stands beside it', async () => {
  const named = (name: string) => (statement: Statement<TransformPredicate>) => ({
    ...statement,
    predicate: { ...statement.predicate, unresolvedInputs: [{ name, reason: 'stage-of-another-execution' }] },
  })
  const runWith = async (name: string) => {
    agent = openAgent(scene)
    rmSync(`${scene.root}/store/runs`, { recursive: true, force: true })
    await agent.start()
    const { out, bundles } = await execute()
    const job = await agent.stages('job-7', [{ id: 5, edit: named(name) }])
    await agent.seal([...bundles, job.digest.sha256], { reads: [raw], writes: [out] })
    return verify({ reads: ['**/tenant-a/**'] })
  }
  expect(await runWith(`stage:${RUN}/0.0`)).toMatchObject({ verdict: 'PROVEN' })
  const hidden = `dataset:file:${scene.path('tenant-b/raw')}`
  expect(codeOf(await runWith(hidden))).toBe('run-outside')
  expect(codeOf(await runWith('stage:app-20261121~2~0123456789abcdef/0.0'))).toBe('run-outside')
})

it('does not take a dataset for rows that a plan made by itself', async () => {
  const made = (name: string) => (statement: Statement<TransformPredicate>) => ({
    ...statement,
    predicate: { ...statement.predicate, unresolvedInputs: [{ name, reason: 'generated' }] },
  })
  const runWith = async (name: string) => {
    agent = openAgent(scene)
    rmSync(`${scene.root}/store/runs`, { recursive: true, force: true })
    await agent.start()
    const { out, bundles } = await execute()
    const job = await agent.stages('job-7', [{ id: 5, edit: made(name) }])
    await agent.seal([...bundles, job.digest.sha256], { reads: [raw], writes: [out] })
    return verify({ reads: ['**/tenant-a/**'] })
  }
  for (const name of ['Range', 'LocalTableScan', `rows:stage:${RUN}/5.0`])
    expect(await runWith(name)).toMatchObject({ verdict: 'PROVEN' })
  expect(codeOf(await runWith(`dataset:file:${scene.path('tenant-b/raw')}`))).toBe('run-outside')
})

it('proves level 1 only of a run whose end nothing dates', async () => {
  await runOnce({ timestamp: false })
  expect(await verify()).toMatchObject({ failure: { code: 'level-not-met' }, level: 1 })
  expect(await verify({ level: 1 })).toMatchObject({ verdict: 'PROVEN', level: 1 })
})

it('proves level 1 of a run that had no key, its stages with it', async () => {
  agent = openAgent(scene, RUN, false)
  await runOnce()
  const report = await verify({ level: 1, trust: { keys: [], timestampAuthorities: [] }, complete: true })
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 1, run: { signer: null }, stages: { objects: 1, lines: 1 } })
  expect(codeOf(await verify())).toBe('level-not-met')
})

it('refuses an id that is none', async () => {
  await expect(verifyRun('../attestations', { store: scene.store, trust: scene.trust })).rejects.toMatchObject({
    code: 'options-invalid',
  })
})

async function trustStranger(): Promise<{ signer: Signer; trusted: VerifyRunOptions['trust'] }> {
  const { signer, publicKeyPem } = await newSigner(scene.root, 'stranger.pem')
  return { signer, trusted: { ...scene.trust, keys: [...scene.trust.keys, parsePublicKey(publicKeyPem)] } }
}
