import { rmSync } from 'node:fs'
import {
  type Dbom,
  PREDICATE,
  parsePublicKey,
  type RunReport,
  type Signer,
  serializeStatement,
  signStatement,
  verifyBundle,
  verifyRun,
} from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { attestationPath } from '../../src/store/layout.ts'
import { type Agent, openAgent, RUN } from './agent.ts'
import { readObject } from './copy-bundle.ts'
import { type Attested, newSigner, openScene, type Scene } from './scene.ts'

let scene: Scene
let agent: Agent
let raw: Attested
let out: Attested
let sealed: string
beforeEach(async () => {
  scene = await openScene()
  agent = openAgent(scene)
  scene.write('raw', { 'a.csv': 'alpha\n' })
  scene.write('out', { 'x.parquet': 'x' })
  raw = await scene.attest('raw')
  await agent.start()
  const { digest } = await agent.stages('0', [{ id: 0, reads: [raw] }])
  out = await agent.output('out', [raw], '0')
  const bundle = await agent.seal([digest.sha256, out.bundle], { reads: [raw], writes: [out] })
  const record = await scene.store.get(`runs/${RUN}/000001_${bundle}`, { maxBytes: 1e6 })
  const { statement } = verifyBundle(record ?? new Uint8Array(), { ...scene.trust, at: scene.now() })
  sealed = statement?.subject[0]?.digest.sha256 ?? ''
})
afterEach(() => scene.close())

/** The bill of materials as the agent writes it. */
const bill = (): Dbom => ({
  dbomVersion: '1.0.0',
  dbomId: `urn:makoto:run:${RUN}`,
  dataset: { name: `run:${RUN}`, digest: { sha256: sealed } },
  sources: [{ name: raw.name, attestationRef: raw.path }],
  transformations: [{ order: 1, name: 'insert', attestationRef: out.path, inputs: [raw.name], outputs: [out.name] }],
  metadata: { generator: { id: `${scene.signer.id}#agent` }, created: scene.now().toISOString() },
})

interface Words {
  readonly signer?: Signer
  /** Of which run it is. */
  readonly run?: string
  readonly subject?: string
  readonly trust?: Scene['trust']
}

async function verifyWith(
  predicate: Dbom,
  { signer = scene.signer, run = RUN, subject = sealed, trust = scene.trust }: Words = {},
) {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1' as const,
    subject: [{ name: `run:${run}`, digest: { sha256: subject }, annotations: { kind: 'run' } }],
    predicateType: PREDICATE.dbom,
    predicate,
  }
  return verifyBeside(await signStatement(serializeStatement(statement), signer, {}), trust)
}

/** The run, with these bytes in the place of its bill of materials. */
async function verifyBeside(bytes: Uint8Array, trust = scene.trust) {
  rmSync(`${scene.root}/store/runs/${RUN}/dbom.sigstore.json`, { force: true })
  await scene.store.put(`runs/${RUN}/dbom.sigstore.json`, bytes)
  return verifyRun(RUN, { store: scene.store, trust, at: scene.now() })
}

const answerOf = ({ checks }: RunReport) => {
  const dbom = checks.find(({ id }) => id === 'dbom')
  return [dbom?.code ?? dbom?.status, dbom?.detail]
}
const transformation = (change: Partial<Dbom['transformations'][number]>): Dbom => ({
  ...bill(),
  transformations: bill().transformations.map((one) => ({ ...one, ...change })),
})

it('takes the bill of materials that says what the attestations of the run say', async () => {
  expect(answerOf(await verifyWith(bill()))).toEqual(['pass', '1 transformation, as attested'])
})

it.each<[string, () => Dbom, string]>([
  ['leaves out what the run made', () => ({ ...bill(), transformations: [] }), 'leaves out'],
  ['names what it did not make', () => transformation({ attestationRef: raw.path }), 'which the run did not make'],
  ['gives another output', () => transformation({ outputs: [raw.name] }), 'another output'],
  ['adds an output', () => transformation({ outputs: [out.name, raw.name] }), 'another output'],
  ['hides an input', () => transformation({ inputs: [] }), 'other inputs'],
  ['gives another input', () => transformation({ inputs: [out.name] }), 'other inputs'],
  [
    'names a source that nothing was made from',
    () => ({ ...bill(), sources: [...bill().sources, { name: 'dataset:file:/other', attestationRef: raw.path }] }),
    'dataset:file:/other as a source',
  ],
  ['names a source without an attestation', () => ({ ...bill(), sources: [{ name: raw.name }] }), 'as a source'],
])('refuses one that %s', async (_, change, detail) => {
  const report = await verifyWith(change())
  expect(report.failure).toMatchObject({ code: 'run-misstated', message: expect.stringContaining(detail) })
})

it('is not disturbed by a copy of what the run made under what it was made from', async () => {
  const bytes = await readObject(scene, out.path)
  for (const form of ['sigstore', 'intoto'] as const)
    await scene.store.put(attestationPath(raw.sha256, out.bundle, form), bytes)
  const report = await verifyWith(bill())
  expect(report).toMatchObject({ verdict: 'PROVEN', bundles: { listed: 2, verified: 2, missing: 0 } })
})

it('refuses one of another seal', async () => {
  expect(answerOf(await verifyWith(bill(), { subject: raw.sha256 }))[0]).toBe('run-misstated')
})

it('takes no notice of what the same signer wrote of something else, which anybody can copy there', async () => {
  const others = `${RUN.slice(0, -1)}0`
  const another = await verifyWith({ ...bill(), transformations: [] }, { run: others, subject: raw.sha256 })
  expect([another.verdict, answerOf(another)[0]]).toEqual(['PROVEN', 'skipped'])
  const record = await verifyBeside(await readObject(scene, out.path))
  expect([record.verdict, answerOf(record)[0]]).toEqual(['PROVEN', 'skipped'])
})

it('refuses one that another generator is named for', async () => {
  const metadata = { generator: { id: 'spki:sha256:other#agent' }, created: scene.now().toISOString() }
  expect(answerOf(await verifyWith({ ...bill(), metadata }))[0]).toBe('run-misstated')
})

it('takes no notice of one that somebody else signed, whom you may even trust', async () => {
  const { signer, publicKeyPem } = await newSigner(scene.root, 'stranger.pem')
  const trusted = { ...scene.trust, keys: [...scene.trust.keys, parsePublicKey(publicKeyPem)] }
  const metadata = { generator: { id: `${signer.id}#agent` }, created: scene.now().toISOString() }
  const words = { ...bill(), metadata, transformations: [] }
  for (const trust of [scene.trust, trusted]) {
    const report = await verifyWith(words, { signer, trust })
    expect([report.verdict, answerOf(report)[0]]).toEqual(['PROVEN', 'skipped'])
  }
})
