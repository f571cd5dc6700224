import {
  buildOrigin,
  digestDataset,
  type Policy,
  parseBundle,
  parseStatement,
  type Signer,
  type Statement,
  TRANSFORM,
  verifyRun,
} from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Agent, openAgent, RUN } from './agent.ts'
import { type Attested, newSigner, openScene, type Scene, type TransformChanges } from './scene.ts'
import { writePolicy } from './write-policy.ts'

let scene: Scene
let agent: Agent
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  agent = openAgent(scene)
  scene.write('raw', { 'a.csv': 'a\n1\n' })
  raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'one' })
  scene.write('report', { 'part-0.parquet': 'two' })
  await agent.start()
})
afterEach(() => scene.close())

/** One complete run that lists one attestation of the orders. */
async function runOnce(changes: TransformChanges = {}): Promise<Attested> {
  const out = await agent.output('orders', [raw], '0', changes)
  await agent.seal([out.bundle], { reads: [raw], writes: [out] })
  return out
}

/** What the rule for the orders says of the very attestation that a report was made from. */
async function judge(orders: Attested): Promise<string | undefined> {
  const place = (dataset: string) => `file:${scene.path(dataset)}`
  const run = { reads: [place('raw')], writes: [place('orders')], completeness: 'full' as const }
  const policy = await writePolicy(scene, [
    { level: 2, acceptPartial: ['input-without-digest'] },
    { datasets: [place('orders')], run },
  ])
  await scene.transform('report', [orders])
  return (await scene.verify('report', { policy, trust: policy.trust })).failure?.message
}

const statementOf = async ({ path }: Attested): Promise<Statement> =>
  parseStatement(parseBundle((await scene.store.get(path, { maxBytes: 1e6 })) ?? new Uint8Array()).payload)

it('stands behind an attestation that it lists', async () => {
  expect(await judge(await runOnce())).toBeUndefined()
})

it('stands behind another signature over the very statement that it lists', async () => {
  const statement = await statementOf(await runOnce())
  const again = await scene.seal(statement)
  expect(await judge(again)).toBeUndefined()
})

it('lends nothing to an attestation that it does not list, of the same version by the same key and execution', async () => {
  const listed = await runOnce()
  scene.write('tenant-b', { 'secret.csv': 'b\n2\n' })
  const other = await agent.output('orders', [raw, await scene.attest('tenant-b')], '0')
  const [own, theirs] = [await statementOf(other), await statementOf(listed)]
  expect(own.subject[0]?.annotations?.identity).toBe(theirs.subject[0]?.annotations?.identity)
  expect(await judge(other)).toMatch(/no verified run lists this attestation/)
})

describe('a key that is trusted for other datasets, in the place of a run', () => {
  let tenant: Signer
  let policy: Policy
  beforeEach(async () => {
    const { signer, publicKeyPem } = await newSigner(scene.root, 'tenant.pem')
    tenant = signer
    const rules = [
      { datasets: ['**/orders', '**/raw'], attestedBy: ['spark'], level: 2 as const },
      { datasets: ['**/orders'], run: { reads: ['**/raw'], completeness: 'full' as const } },
      { datasets: ['**/tenant'], attestedBy: ['tenant'] },
    ]
    policy = await writePolicy(scene, rules, { tenant: publicKeyPem })
  })
  const verify = () => scene.verify('orders', { policy, trust: policy.trust })

  it.each<[string, (other: Agent) => Promise<unknown>]>([
    ['starts it too', (other) => other.start({ applicationId: 'other' })],
    ['goes on after its seal', (other) => other.checkpoint([], { signer: tenant, record: { sequence: 2 } })],
    ['leaves a gap after it', (other) => other.checkpoint([], { signer: tenant, record: { sequence: 9 } })],
  ])('changes nothing where it %s', async (_, act) => {
    await runOnce()
    expect((await verify()).failure?.message).toBeUndefined()
    await act(openAgent({ ...scene, signer: tenant }))
    expect((await verify()).failure?.message).toBeUndefined()
    const unruled = await verifyRun(RUN, { store: scene.store, trust: policy.trust, at: scene.now() })
    expect(unruled.verdict).toBe('NOT PROVEN')
  })

  it('makes no run its own', async () => {
    const out = await agent.output('orders', [raw], '0')
    const other = openAgent({ ...scene, signer: tenant })
    await other.start()
    await other.seal([out.bundle], { reads: [raw], writes: [out] })
    expect((await verify()).failure?.message).toMatch(/no verified run lists this attestation/)
  })
})

it('lends nothing to an attestation that only borrows its name', async () => {
  const out = await runOnce()
  const other = openAgent(scene, `${RUN.slice(0, -1)}0`)
  const borrowed = await other.output('orders', [raw], '0', {
    predicate: { metadata: { invocationId: `${RUN}/0`, finishedOn: scene.now().toISOString() } },
  })
  expect(borrowed.sha256).toBe(out.sha256)
  expect(await judge(borrowed)).toMatch(/no verified run lists/)
})

it('is asked of a job that states an origin, since it read nothing that has a digest', async () => {
  const found = await digestDataset(scene.path('orders'))
  const statement = buildOrigin({
    dataset: { name: `dataset:file:${scene.path('orders')}`, ...found },
    previous: null,
    run: RUN,
    version: '0',
    predicate: {
      origin: {
        source: 'jdbc:postgresql://tenant-b',
        sourceType: 'database',
        collectionMethod: 'spark-batch',
        collectionTimestamp: scene.now().toISOString(),
      },
      collector: { id: `${scene.signer.id}#agent` },
      transform: { type: TRANSFORM.sparkBatch, name: 'load' },
      executor: { id: `${scene.signer.id}#agent`, platform: 'apache-spark' },
      unresolvedInputs: [{ name: 'jdbc:postgresql://tenant-b', reason: 'input-without-digest' }],
      metadata: { invocationId: `${RUN}/0`, finishedOn: scene.now().toISOString() },
    },
  })
  const out = await scene.seal(statement)
  await agent.seal([out.bundle], { writes: [out] })
  expect(await judge(out)).toMatch(/rule-1, run: the run is not complete: input-without-digest/)
})

it('holds what was read to a rule by every name of it', async () => {
  scene.write('tenant-b', { 's.csv': 's\n' })
  raw = await scene.attest('tenant-b', { name: 'dataset:tenant_a.view' })
  await runOnce()
  const rule = (reads: string[]) => ({ datasets: [`file:${scene.path('orders')}`], run: { reads } })
  const failing = await writePolicy(scene, [{ level: 2 }, rule(['tenant_a.*'])])
  expect((await scene.verify('orders', { policy: failing, trust: failing.trust })).failure?.message).toMatch(
    /run: it read dataset:file:.*tenant-b$/,
  )
  const holding = await writePolicy(scene, [{ level: 2 }, rule(['tenant_a.*', '**/tenant-b'])])
  expect((await scene.verify('orders', { policy: holding, trust: holding.trust })).verdict).toBe('PROVEN')
})

it('does not believe where a table lies from a key that is trusted for other datasets', async () => {
  const { signer, publicKeyPem } = await newSigner(scene.root, 'tenant.pem')
  scene.write('tenant-b', { 's.csv': 's\n' })
  const rules = (names: string[]) => [
    { datasets: [`file:${scene.path('orders')}`], run: { reads: ['tenant_a.*', '**/tenant-a'] } },
    { datasets: ['tenant_a.*', '**/tenant-a'], attestedBy: names },
    { level: 2 as const },
  ]
  const strict = await writePolicy(scene, rules(['spark']), { tenant: publicKeyPem })
  const lies = await scene.attest('tenant-b', { name: 'dataset:tenant_a.view', signer, trust: strict.trust })
  const statement = await statementOf(lies)
  const subject = statement.subject.map((one) => ({ ...one, uri: `file:${scene.path('tenant-a')}` }))
  raw = await scene.seal({ ...statement, subject }, { signer })
  await runOnce()
  const verify = async (policy: Policy) => {
    const examined = await scene.verify('orders', { policy, trust: policy.trust })
    const answers = examined.policy?.answers ?? []
    return answers.find(({ condition }) => condition === 'run')?.evidence
  }
  expect(await verify(strict)).toMatch(/no attestation that holds says where dataset:tenant_a\.view lies$/)
  expect(await verify(await writePolicy(scene, rules(['spark', 'tenant']), { tenant: publicKeyPem }))).toMatch(
    /^complete: /,
  )
})

it('does not call a run complete that read a table of which nothing says where it lies', async () => {
  raw = { ...raw, name: 'dataset:tenant_a.view' }
  await runOnce({ inputs: (inputs) => inputs.map(({ name, digest }) => ({ name, digest })) })
  const rules = [{ level: 1 as const, run: { reads: ['tenant_a.*'] } }]
  const policy = await writePolicy(scene, rules)
  expect((await scene.verify('orders', { policy, trust: policy.trust })).failure?.message).toMatch(
    /run: the run is not complete: no attestation that holds says where dataset:tenant_a\.view lies$/,
  )
})
