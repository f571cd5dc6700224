import { type RunReport, type Statement, type TransformPredicate, type VerifyRunOptions, verifyRun } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agent, openAgent, RUN, type StageWords } from './agent.ts'
import { readObject } from './copy-bundle.ts'
import { type Attested, openScene, referTo, type Scene } from './scene.ts'

let scene: Scene
let agent: Agent
let raw: Attested
let secret: Attested
beforeEach(async () => {
  scene = await openScene()
  agent = openAgent(scene)
  scene.write('raw', { 'a.csv': 'alpha\n' })
  scene.write('secret', { 's.csv': 'secret\n' })
  scene.write('out', { 'x.parquet': 'x' })
  raw = await scene.attest('raw')
  secret = await scene.attest('secret')
})
afterEach(() => scene.close())

const verify = (options: Partial<VerifyRunOptions> = {}) => {
  scene.advance(1)
  return verifyRun(RUN, { store: scene.store, trust: scene.trust, at: scene.now(), ...options })
}
const codeOf = ({ failure }: RunReport) => failure?.code

interface Execution {
  readonly stages?: readonly StageWords[]
  readonly inputs?: readonly Attested[]
  readonly named?: (ref: string) => string
  readonly listed?: boolean
}

/** An execution that reads `raw` by its stage 0 and writes `out`. */
async function execute({ stages = [{ id: 0, reads: [raw] }], inputs = [raw], named, listed = true }: Execution = {}) {
  const stagesRef = await agent.stages('0', stages)
  const { ref, digest } = stagesRef
  const metadata = { invocationId: `${RUN}/0`, finishedOn: scene.now().toISOString() }
  const out = await agent.output('out', inputs, '0', {
    predicate: { stagesRef: { ref: named?.(ref) ?? ref, digest }, metadata },
  })
  return { out, bundles: [...(listed ? [digest.sha256] : []), out.bundle] }
}

/** A stage whose parent is said to be of another execution. */
const after = (parent: string): StageWords => ({
  id: 5,
  parents: [Number(/(\d+)\.\d+$/.exec(parent)?.[1])],
  edit: (statement: Statement<TransformPredicate>) => ({
    ...statement,
    predicate: {
      ...statement.predicate,
      unresolvedInputs: [{ name: parent, reason: 'stage-of-another-execution' }],
    },
  }),
})

/** A run of one execution and one job outside SQL that goes on from a stage. */
async function runWithJob(job: readonly StageWords[], execution: Execution = {}, reads = [raw]) {
  const { out, bundles } = await execute(execution)
  const { digest } = await agent.stages('job-7', job)
  await agent.seal([...bundles, digest.sha256], { reads, writes: [out] })
}

it('is complete where the parent of another execution has its line there', async () => {
  await agent.start()
  await runWithJob([after(`stage:${RUN}/0.0`)])
  expect(await verify({ complete: true, reads: [raw.name] })).toMatchObject({
    verdict: 'PROVEN',
    completeness: { extent: 'full', reasons: [] },
  })
})

it('is complete where that parent was attempted more than once', async () => {
  await agent.start()
  const attempts: StageWords[] = [
    { id: 0, reads: [raw], outcome: 'failed' },
    { id: 0, reads: [raw], facts: { attempt: 1 } },
  ]
  await runWithJob([after(`stage:${RUN}/0.1`)], { stages: attempts })
  expect(await verify({ complete: true })).toMatchObject({ verdict: 'PROVEN', stages: { lines: 3, failed: 1 } })
})

it.each(['9.0', '0.1'])(
  'is not complete where a parent of another execution, %s, has no line in the run',
  async (parent) => {
    await agent.start()
    await runWithJob([after(`stage:${RUN}/${parent}`)])
    const report = await verify()
    expect(report).toMatchObject({
      verdict: 'PROVEN',
      completeness: { extent: 'partial', reasons: ['parent-stage-missing'] },
    })
    expect(report.checks.find(({ id }) => id === 'stages')).toMatchObject({
      status: 'skipped',
      detail: `no line of the run states stage:${RUN}/${parent}`,
    })
    expect(codeOf(await verify({ complete: true }))).toBe('run-incomplete')
    expect(codeOf(await verify({ reads: [raw.name] }))).toBe('run-incomplete')
  },
)

it('asks for no line of a parent that read and wrote nothing, where only the others are stated', async () => {
  await agent.start({ configuration: { stages: 'io' } })
  await runWithJob([after(`stage:${RUN}/9.0`)])
  expect(await verify({ complete: true })).toMatchObject({ verdict: 'PROVEN' })
})

it('is not complete where an execution names stages that the run does not list', async () => {
  await agent.start()
  const { out, bundles } = await execute({ listed: false })
  await agent.seal(bundles, { reads: [raw], writes: [out] })
  expect((await verify()).completeness.reasons).toEqual(['stages-not-listed'])
})

it('refuses an execution whose stages read what it did not, though the seal says so', async () => {
  await agent.start()
  await runWithJob([{ id: 5 }], { stages: [{ id: 0, reads: [raw, secret] }] }, [raw, secret])
  const { failure } = await verify()
  expect(failure?.code).toBe('run-misstated')
  expect(failure?.message).toContain(`did not read ${secret.name}`)
})

it("refuses an execution that names its stages in another one's place", async () => {
  await agent.start()
  await runWithJob([{ id: 5 }], { named: (ref) => ref.replace('/0.', '/1.') })
  expect(codeOf(await verify())).toBe('run-misstated')
})

it('refuses stages outside SQL that do not account for their parents', async () => {
  await agent.start()
  await runWithJob([{ id: 5, parents: [4] }])
  expect(codeOf(await verify())).toBe('run-misstated')
})

it('refuses a stage of another run as an input: it would hide what that one read', async () => {
  await agent.start()
  const other = openAgent(scene, 'other~1~fedcba9876543210')
  const { ref, digest } = await other.stages('0', [{ id: 4, reads: [secret] }])
  const foreign = { ...referTo(secret), name: 'stage:other~1~fedcba9876543210/4.0', attestationRef: ref, digest }
  const edit = (statement: Statement<TransformPredicate>) => ({
    ...statement,
    predicate: { ...statement.predicate, inputs: [foreign] },
  })
  await runWithJob([{ id: 5, edit }])
  expect(codeOf(await verify({ reads: [raw.name] }))).toBe('run-misstated')
})

it('is not disturbed by stage lines that were copied to another execution, or as unsigned ones', async () => {
  await agent.start()
  await runWithJob([after(`stage:${RUN}/0.0`)], {
    stages: [
      { id: 0, reads: [raw] },
      { id: 1, parents: [0] },
    ],
  })
  const place = (name: string) => `runs/${RUN}/stages/${name}.jsonl`
  for (const [from, to] of [
    ['0.sigstore', '99.sigstore'],
    ['0.sigstore', '0.intoto'],
    ['job-7.sigstore', 'job-7.intoto'],
  ] as const)
    await scene.store.put(place(to), await readObject(scene, place(from)))
  expect(await verify({ complete: true, reads: [raw.name] })).toMatchObject({
    verdict: 'PROVEN',
    bundles: { listed: 3, verified: 3, missing: 0 },
    stages: { objects: 2 },
  })
})
