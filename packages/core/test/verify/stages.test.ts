import { rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agent, openAgent, RUN, type StagesRef, type StageWords } from './agent.ts'
import { type Attested, answer, newSigner, openScene, requirement, type Scene } from './scene.ts'

let scene: Scene
let agent: Agent
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  agent = openAgent(scene)
  scene.write('raw', { 'a.csv': 'alpha\n' })
  scene.write('out', { 'x.parquet': 'x' })
  raw = await scene.attest('raw')
})
afterEach(() => scene.close())

const scanAndWrite = (): StageWords[] => [
  { id: 0, reads: [raw] },
  { id: 1, parents: [0] },
]

async function verifyWith(stagesRef: StagesRef, execution = '3') {
  await agent.output('out', [raw], execution, {
    predicate: {
      stagesRef,
      metadata: { invocationId: `${RUN}/${execution}`, finishedOn: scene.now().toISOString() },
    },
  })
  return scene.verify('out')
}

const refused = (code: string) => ({ verdict: 'NOT PROVEN', level: 0, failure: { code } })

it('proves the stages of an execution with it, and shows them in the chain', async () => {
  const report = await verifyWith(await agent.stages('3', scanAndWrite()))
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect([answer(report, 'stages'), requirement(report, 'L2.X.3')]).toEqual(['pass', 'pass'])
  expect(report.chain[0]?.stages).toMatchObject({
    lines: 2,
    failed: 0,
    attempts: [
      { name: `stage:${RUN}/0.0`, inputs: [raw.name] },
      { name: `stage:${RUN}/1.0`, inputs: [`stage:${RUN}/0.0`] },
    ],
  })
})

it('shows failed attempts beside those that counted', async () => {
  const attempts = [
    { id: 0, reads: [raw], outcome: 'failed' as const },
    { id: 0, reads: [raw], facts: { attempt: 1 } },
  ]
  const report = await verifyWith(await agent.stages('3', attempts))
  expect(report.verdict).toBe('PROVEN')
  expect(report.chain[0]?.stages).toMatchObject({ lines: 2, failed: 1 })
})

it('says that stages could not be checked where they are not in the store, and takes nothing for them', async () => {
  const stagesRef = await agent.stages('3', scanAndWrite())
  rmSync(`${scene.root}/store/${stagesRef.ref}`)
  const report = await verifyWith(stagesRef)
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect([answer(report, 'stages'), requirement(report, 'L2.X.3')]).toEqual(['skipped', 'skipped'])
})

it('refuses stages that were altered after the execution was attested', async () => {
  const stagesRef = await agent.stages('3', scanAndWrite())
  const lines = new TextDecoder().decode(await scene.store.get(stagesRef.ref, { maxBytes: 1e6 })).split('\n')
  rmSync(`${scene.root}/store/${stagesRef.ref}`)
  writeFileSync(`${scene.root}/store/${stagesRef.ref}`, `${lines[0]}\n`)
  expect(await verifyWith(stagesRef)).toMatchObject(refused('stages-altered'))
})

it('refuses a line that was left out', async () => {
  const stagesRef = await agent.stages('3', scanAndWrite(), ([, write = '']) => [write])
  expect(await verifyWith(stagesRef)).toMatchObject(refused('stages-invalid'))
})

it('refuses a stage that does not account for its parent, or was made from one that is not its parent', async () => {
  expect(await verifyWith(await agent.stages('3', [{ id: 1, parents: [0] }]))).toMatchObject(refused('stages-invalid'))
  const strange = [
    { id: 0, reads: [raw] },
    { id: 1, parents: [0], facts: { parents: [] } },
  ]
  expect(await verifyWith(await agent.stages('4', strange), '4')).toMatchObject(refused('stages-invalid'))
})

it('takes a parent of another execution as its producer names it', async () => {
  const edit: StageWords['edit'] = (statement) => ({
    ...statement,
    predicate: {
      ...statement.predicate,
      unresolvedInputs: [{ name: `stage:${RUN}/0.0`, reason: 'stage-of-another-execution' }],
    },
  })
  const report = await verifyWith(await agent.stages('3', [{ id: 1, parents: [0], edit }]))
  expect(report.verdict).toBe('PROVEN')
  const evidence = report.checks.find(({ id }) => id === 'stages')?.detail
  expect(evidence).toBe('1 stage, 1 parent of other executions, whose lines only their run shows')
})

it('refuses a stage that read a table in another state than the execution', async () => {
  const edit: StageWords['edit'] = (statement) => ({
    ...statement,
    predicate: {
      ...statement.predicate,
      inputs: statement.predicate.inputs.map((input) => ({
        ...input,
        digest: { ...input.digest, stateDigest: '5'.repeat(64) },
      })),
    },
  })
  expect(await verifyWith(await agent.stages('3', [{ id: 0, reads: [raw], edit }]))).toMatchObject(
    refused('stages-invalid'),
  )
})

it('refuses more lines than anybody reads', async () => {
  const stagesRef = await agent.stages('3', [], () => new Array(10_001).fill('x'))
  const report = await verifyWith(stagesRef)
  expect(report).toMatchObject(refused('stages-invalid'))
  expect(report.failure?.message).toContain('more than 10000 lines')
})

it('refuses lines in another order than they were made', async () => {
  const stagesRef = await agent.stages('3', scanAndWrite(), (lines) => lines.toReversed())
  expect(await verifyWith(stagesRef)).toMatchObject(refused('stages-invalid'))
})

it('refuses a line that stands twice', async () => {
  const stagesRef = await agent.stages('3', scanAndWrite(), ([scan = '', write = '']) => [scan, scan, write])
  expect(await verifyWith(stagesRef)).toMatchObject(refused('stages-invalid'))
})

it('refuses an object whose last line is cut off', async () => {
  const stagesRef = await agent.stages('3', scanAndWrite(), ([scan = '', write = '']) => [scan, write.slice(0, -9)])
  expect(await verifyWith(stagesRef)).toMatchObject(refused('stages-invalid'))
})

it('refuses a line of another run, or of another execution of this one', async () => {
  const foreign = await openAgent(scene, 'other~1~fedcba9876543210').stages('3', scanAndWrite())
  const stolen = new TextDecoder()
    .decode(await scene.store.get(foreign.ref, { maxBytes: 1e6 }))
    .trimEnd()
    .split('\n')
  expect(await verifyWith(await agent.stages('3', [], () => stolen))).toMatchObject(refused('stages-invalid'))
  const before = await agent.stages('2', [{ id: 0, reads: [raw] }])
  const own = new TextDecoder()
    .decode(await scene.store.get(before.ref, { maxBytes: 1e6 }))
    .trimEnd()
    .split('\n')
  expect(await verifyWith(await agent.stages('4', [], () => own), '4')).toMatchObject(refused('stages-invalid'))
})

it('refuses a line that somebody else signed, whom you may even trust', async () => {
  const { signer } = await newSigner(scene.root, 'stranger.pem')
  const stagesRef = await agent.stages('3', [{ id: 0, reads: [raw], signer }])
  expect(await verifyWith(stagesRef)).toMatchObject(refused('stages-invalid'))
})

it('refuses a stage that read what the execution did not', async () => {
  scene.write('secret', { 's.csv': 'secret\n' })
  const secret = await scene.attest('secret')
  expect(await verifyWith(await agent.stages('3', [{ id: 0, reads: [raw, secret] }]))).toMatchObject(
    refused('stages-invalid'),
  )
})

it('refuses a stage whose digest is not that of its words', async () => {
  const edit: StageWords['edit'] = (statement) => ({
    ...statement,
    predicate: {
      ...statement.predicate,
      transform: {
        ...statement.predicate.transform,
        parameters: { stage: { ...(statement.predicate.transform.parameters?.stage as object), tasks: 9 } },
      },
    },
  })
  expect(await verifyWith(await agent.stages('3', [{ id: 0, reads: [raw], edit }]))).toMatchObject(
    refused('stages-invalid'),
  )
})

it.each(['2026-12-24T00:00:00.000Z', 'tomorrow'])(
  'refuses a stage that ended %s, after its execution',
  async (completedOn) => {
    const facts = { completedOn }
    expect(await verifyWith(await agent.stages('3', [{ id: 0, reads: [raw], facts }]))).toMatchObject(
      refused('stages-invalid'),
    )
  },
)

for (const [what, move] of Object.entries({
  'a URL': (ref: string) => `https://example.org/${ref}`,
  'a path that leaves the store': (ref: string) => `../store/${ref}`,
  "another run's": (ref: string) => ref.replace(RUN, 'other~1~fedcba9876543210'),
  "another execution's": (ref: string) => ref.replace('/3.', '/4.'),
}))
  it(`refuses a reference to stages that is ${what}`, async () => {
    const { ref, digest } = await agent.stages('3', scanAndWrite())
    expect(await verifyWith({ ref: move(ref), digest })).toMatchObject(refused('reference-invalid'))
  })
