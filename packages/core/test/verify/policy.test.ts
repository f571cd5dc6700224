import { rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  decideStored,
  isMakotoError,
  type Policy,
  PREDICATE,
  readPolicy,
  type Statement,
  type TransformPredicate,
} from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openAgent } from './agent.ts'
import { answer, newSigner, openScene, type Scene } from './scene.ts'
import { type Rule, writePolicy } from './write-policy.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const policyOf = (rules: readonly Rule[], signers: Record<string, string> = {}) => writePolicy(scene, rules, signers)

const verify = async (dataset: string, policy: Policy) => scene.verify(dataset, { policy, trust: policy.trust })

async function makeOrders() {
  scene.write('raw', { 'a.csv': 'a\n1\n' })
  const raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'one' })
  return scene.transform('orders', [raw])
}

it('proves what every rule allows, and says so', async () => {
  await makeOrders()
  const report = await verify(
    'orders',
    await policyOf([
      { attestedBy: ['spark'], level: 2 },
      { maxAge: '1h', origins: 'attested' },
    ]),
  )
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect(answer(report, 'policy')).toBe('pass')
})

it.each<[string, Rule, RegExp]>([
  ['another signer', { attestedBy: ['other'] }, /attestedBy/],
  ['another transform', { transforms: ['compaction'] }, /transforms/],
  ['a fresher time', { maxAge: '1s' }, /maxAge/],
  ['a complete run', { run: { reads: ['**'] } }, /run/],
])('does not prove what needs %s', async (_what, rule, reason) => {
  await makeOrders()
  const other = (await newSigner(scene.root, 'other.pem')).publicKeyPem
  const report = await verify('orders', await policyOf([{ level: 2 }, rule], { other }))
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', failure: { code: 'policy-not-met' } })
  expect(report.failure?.message).toMatch(reason)
})

it('asks of what lies upstream as well', async () => {
  await makeOrders()
  const rule = { datasets: [`file:${scene.path('raw')}`], predicates: ['transform' as const] }
  const report = await verify('orders', await policyOf([{ level: 2 }, rule]))
  expect(report.failure).toMatchObject({ code: 'policy-not-met' })
  expect(report.failure?.message).toContain('raw')
})

it('holds the rules for a place of whoever says that his own dataset lies there', async () => {
  scene.write('raw', { 'a.csv': 'a\n1\n' })
  const raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'one' })
  const { signer, publicKeyPem } = await newSigner(scene.root, 'stranger.pem')
  const asStranger = {
    signer,
    predicate: { executor: { id: `${signer.id}#agent` } },
    edit: (statement: Statement<TransformPredicate>) => ({
      ...statement,
      subject: statement.subject.map((subject) => ({ ...subject, name: 'dataset:sandbox.notes' })),
    }),
  }
  await scene.transform('orders', [raw], asStranger)
  const rules = (place: string) => [
    { datasets: ['sandbox.*'], attestedBy: ['stranger'], level: 2 as const },
    { datasets: [place, raw.name], attestedBy: ['spark'] },
  ]
  const elsewhere = await policyOf(rules('file:/elsewhere'), { stranger: publicKeyPem })
  expect((await verify('orders', elsewhere)).failure?.message).toBeUndefined()
  const policy = await policyOf(rules(`file:${scene.path('orders')}`), { stranger: publicKeyPem })
  const report = await verify('orders', policy)
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', failure: { code: 'policy-not-met' } })
  expect(report.failure?.message).toMatch(/rule-1, attestedBy/)
})

it('does not call origins attested of which nobody knows', async () => {
  scene.write('raw', { 'a.csv': 'a\n1\n' })
  const raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'one' })
  await scene.transform('orders', [raw])
  const policy = await policyOf([{ level: 1, origins: 'attested' }])
  expect(await verify('orders', policy)).toMatchObject({ verdict: 'PROVEN' })
  rmSync(join(scene.root, 'store', raw.path))
  const report = await verify('orders', policy)
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', failure: { code: 'policy-not-met' } })
  expect(report.failure?.message).toMatch(/nobody knows/)
})

it('asks of stream windows upstream as of datasets', async () => {
  const { signer, publicKeyPem } = await newSigner(scene.root, 'stream.pem')
  const root = 'a'.repeat(64)
  const window = await scene.seal(
    {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'stream:iot:w0', digest: { sha256: root, merkleRoot: root } }],
      predicateType: PREDICATE.streamWindow,
      predicate: {
        stream: { id: 'iot' },
        window: { type: 'tumbling' },
        integrity: { merkleTree: { algorithm: 'sha256', leafCount: 1, root }, chain: { genesisWindowId: 'w0' } },
        collector: { id: signer.id },
        metadata: { droppedRecords: 0, finishedOn: scene.now().toISOString() },
      },
    },
    { signer },
  )
  scene.write('orders', { 'part-0.parquet': 'one' })
  await scene.transform('orders', [window])
  const rules = (windows: Rule) => [{ datasets: [`file:${scene.path('orders')}`], level: 2 as const }, windows]
  const judged = async (windows: Rule) =>
    (await verify('orders', await policyOf(rules(windows), { stream: publicKeyPem }))).failure?.message
  expect(await judged({ datasets: ['stream:iot:*'], attestedBy: ['stream'] })).toBeUndefined()
  expect(await judged({ datasets: ['stream:iot:*'], attestedBy: ['spark'] })).toMatch(/attestedBy/)
  expect(await judged({ datasets: ['stream:other:*'] })).toMatch(/no rule names/)
})

it('holds a run to its bounds by every name of what it wrote', async () => {
  const agent = openAgent(scene)
  scene.write('raw', { 'a.csv': 'a\n1\n' })
  const raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'one' })
  await agent.start()
  const named = (statement: Statement<TransformPredicate>) => ({
    ...statement,
    subject: statement.subject.map((subject) => ({ ...subject, name: 'dataset:tenant_a.orders' })),
  })
  const out = await agent.output('orders', [raw], '0', { edit: named })
  await agent.seal([out.bundle], { reads: [raw], writes: [out] })
  const rules = (writes: string[]) => [{ level: 2 as const, run: { writes } }]
  const both = await policyOf(rules(['tenant_a.*', `file:${scene.path('orders')}`]))
  expect((await verify('orders', both)).failure?.message).toBeUndefined()
  const report = await verify('orders', await policyOf(rules(['tenant_a.*'])))
  expect(report.failure?.message).toMatch(/it wrote dataset:file:/)
})

it('refuses a dataset that no rule names', async () => {
  await makeOrders()
  const report = await verify('orders', await policyOf([{ datasets: ['s3://elsewhere/**'], level: 2 }]))
  expect(report.failure?.message).toMatch(/no rule names/)
})

it('asks for the level that the rules ask for', async () => {
  await makeOrders()
  expect(await verify('orders', await policyOf([{ level: 3 }]))).toMatchObject({
    required: 3,
    failure: { code: 'level-not-met' },
  })
})

it('lifts a partial statement only where the rules accept its reason', async () => {
  scene.write('raw', { 'a.csv': 'a\n1\n' })
  const raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'one' })
  await scene.transform('orders', [raw], {
    completeness: { inputs: 'partial', outputs: 'full', reasons: ['input-over-budget'] },
  })
  expect(await verify('orders', await policyOf([{ level: 2 }]))).toMatchObject({ level: 1 })
  const accepted = await policyOf([{ level: 2, acceptPartial: ['input-over-budget'] }])
  expect(await verify('orders', accepted)).toMatchObject({ verdict: 'PROVEN', level: 2 })
  const elsewhere = { datasets: ['s3://lake/**'], level: 2 as const, acceptPartial: ['input-over-budget' as const] }
  expect(await verify('orders', await policyOf([{ level: 2 }, elsewhere]))).toMatchObject({ level: 1 })
})

it('counts reviewers who attested the very version', async () => {
  scene.write('orders', { 'part-0.parquet': 'one' })
  await scene.attest('orders')
  const { signer, publicKeyPem } = await newSigner(scene.root, 'reviewer.pem')
  const policy = await policyOf([{ level: 2, reviewers: { count: 2, from: ['spark', 'reviewer'] } }], {
    reviewer: publicKeyPem,
  })
  expect((await verify('orders', policy)).failure).toMatchObject({ code: 'policy-not-met' })
  await scene.attest('orders', { signer, trust: undefined })
  expect(await verify('orders', policy)).toMatchObject({ verdict: 'PROVEN' })
})

it('counts nobody as a reviewer who says anything else of the version', async () => {
  scene.write('orders', { 'part-0.parquet': 'one' })
  const { name, sha256 } = await scene.attest('orders')
  const { signer, publicKeyPem } = await newSigner(scene.root, 'reviewer.pem')
  const policy = await policyOf([{ level: 2, reviewers: { count: 2, from: ['spark', 'reviewer'] } }], {
    reviewer: publicKeyPem,
  })
  const say = (predicateType: string, predicate: object) =>
    scene.seal(
      { _type: 'https://in-toto.io/Statement/v1', subject: [{ name, digest: { sha256 } }], predicateType, predicate },
      { signer },
    )
  const summary = (verificationResult: string) => ({
    verifier: { id: signer.id },
    timeVerified: scene.now().toISOString(),
    resourceUri: name,
    policy: { uri: 'policy.yaml' },
    verificationResult,
    verifiedLevels: verificationResult === 'PASSED' ? ['MAKOTO_L2'] : [],
  })
  await say('https://in-toto.io/attestation/test-result/v0.1', { result: 'FAILED' })
  await say(PREDICATE.summary, summary('FAILED'))
  expect((await verify('orders', policy)).failure).toMatchObject({ code: 'policy-not-met' })
  await say(PREDICATE.summary, summary('PASSED'))
  expect((await verify('orders', policy)).failure?.message).toBeUndefined()
})

it('decides about what a store holds, without the data', async () => {
  const { name, sha256 } = await makeOrders()
  const policy = await policyOf([{ level: 2, maxAge: '1h' }])
  const at = scene.now()
  expect(await decideStored(scene.store, { dataset: name }, { policy, at })).toMatchObject({ allowed: true })
  expect(await decideStored(scene.store, { dataset: name, version: sha256 }, { policy, at })).toMatchObject({
    allowed: true,
  })
  const late = new Date(at.getTime() + 3_601_000)
  const refused = await decideStored(scene.store, { dataset: name }, { policy, at: late })
  expect(refused.answers.find(({ status }) => status === 'fail')).toMatchObject({ rule: 'rule-0', condition: 'maxAge' })
  const unknown = await decideStored(scene.store, { dataset: name, version: 'f'.repeat(64) }, { policy, at })
  expect(unknown.answers).toMatchObject([{ condition: 'attestation', status: 'fail' }])
})

it('does not let an altered input pass for what a policy allows', async () => {
  const { name } = await makeOrders()
  const raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'two' })
  await scene.transform('orders', [raw], {
    inputs: (inputs) =>
      inputs.map((input) => ({ ...input, differsFrom: { attestationDigest: { sha256: raw.bundle } } })),
  })
  const policy = await policyOf([{ level: 2 }])
  const decision = await decideStored(scene.store, { dataset: name }, { policy, at: scene.now() })
  expect(decision.answers).toMatchObject([{ condition: 'chain', status: 'fail' }])
})

it('does not decide about a statement of two datasets', async () => {
  const { name } = await makeOrders()
  const raw = await scene.attest('raw')
  scene.write('orders', { 'part-0.parquet': 'two' })
  await scene.transform('orders', [raw], {
    edit: (statement) => ({
      ...statement,
      subject: [...statement.subject, { name: 'dataset:other', digest: { sha256: 'e'.repeat(64) } }],
    }),
  })
  const decision = await decideStored(
    scene.store,
    { dataset: name },
    { policy: await policyOf([{ level: 2 }]), at: scene.now() },
  )
  expect(decision.allowed).toBe(false)
})

it('refuses a policy that cannot be read, by its own error', async () => {
  const files = { resolve: (reference: string) => reference, read: async () => new TextEncoder().encode('{}') }
  const error = await readPolicy('policy.json', files).catch((cause: unknown) => cause)
  expect(isMakotoError(error, 'policy-invalid')).toBe(true)
})
