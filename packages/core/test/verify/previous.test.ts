import { rmSync, statSync } from 'node:fs'
import { type Completeness, digestDataset, digestManifest } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Attested, answer, newSigner, openScene, requirement, type Scene, type TransformChanges } from './scene.ts'

let scene: Scene
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'alpha\n' })
  raw = await scene.attest('raw')
})
afterEach(() => scene.close())

const previousOf = ({ sha256, bundle }: Attested) => ({ sha256, attestationDigest: { sha256: bundle } })
const ALTERED: Completeness = { inputs: 'full', outputs: 'partial', reasons: ['output-changed-before-attested'] }

/** The version as an agent states it after an execution wrote these files into the directory. */
async function write(
  files: Record<string, string>,
  before?: Attested,
  changes: TransformChanges = {},
  mode = 'append',
) {
  scene.write('out', files)
  const found = await digestDataset(scene.path('out'))
  const own = found.files.filter(({ path }) => path in files)
  const others = found.files.length - own.length
  return scene.transform('out', [raw], {
    previous: before ? previousOf(before) : null,
    ...changes,
    predicate: {
      transform: { type: 'https://makoto.dev/transforms/spark-batch', parameters: { mode } },
      written: { sha256: digestManifest(own).sha256, files: own.length },
      ...(others > 0 ? { others: { files: others, digestSource: 'attested' as const } } : {}),
      ...changes.predicate,
    },
  })
}

it('follows an append to the version before it, whose files are still there', async () => {
  const first = await write({ 'a.parquet': 'a' })
  await write({ 'b.parquet': 'b' }, first)
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect([answer(report, 'previous'), requirement(report, 'L2.X.2')]).toEqual(['pass', 'pass'])
  expect(report.chain[0]?.previous).toBe(first.bundle)
  expect(report.chain.map(({ bundle }) => bundle).toSorted()).toContain(first.bundle)
})

it('asks nothing of a version that replaced everything', async () => {
  const first = await write({ 'a.parquet': 'a' }, undefined, { completeness: ALTERED })
  rmSync(scene.path('out'), { recursive: true })
  await write({ 'b.parquet': 'b' }, first, {}, 'overwrite')
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect(requirement(report, 'L2.X.2')).toBe('not-applicable')
  expect(report.chain.some(({ bundle }) => bundle === first.bundle)).toBe(false)
})

it('does not let a full append make whole what was stated as altered', async () => {
  const first = await write({ 'a.parquet': 'a' })
  scene.write('out', { 'a.parquet': 'altered' })
  const partial = await write({ 'b.parquet': 'b' }, first, { completeness: ALTERED })
  const third = await write({ 'c.parquet': 'c' }, partial)
  await write({ 'd.parquet': 'd' }, third)
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } })
  expect(report.failure?.message).toContain('output-changed-before-attested')
  expect(report.chain[0]?.level).toBe(1)
})

it('does not take a file that nobody stated for one of the version before', async () => {
  const first = await write({ 'a.parquet': 'a' })
  scene.write('out', { 'planted.parquet': 'planted' })
  await write({ 'b.parquet': 'b' }, first)
  expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
})

it('does not take an altered file for that of the version before, whatever the statement says', async () => {
  const first = await write({ 'a.parquet': 'a' })
  scene.write('out', { 'a.parquet': 'altered' })
  await write({ 'b.parquet': 'b' }, first)
  expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
})

it('sees that an append lost a file of the version before', async () => {
  const first = await write({ 'a.parquet': 'a', 'b.parquet': 'b' })
  rmSync(scene.path('out', 'a.parquet'))
  await write({ 'c.parquet': 'c' }, first)
  expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
})

it('sees that an append lost every file of the version before', async () => {
  const first = await write({ 'a.parquet': 'a' })
  rmSync(scene.path('out', 'a.parquet'))
  await write({ 'c.parquet': 'c' }, first)
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  expect(report.failure?.message).toContain('1 file of')
})

it.each(['append', 'dynamic-overwrite'])(
  'proves level 1 only of an %s that does not say what it wrote',
  async (mode) => {
    const first = await write({ 'a.parquet': 'a' })
    const edit: TransformChanges['edit'] = ({ predicate: { written: _, others: __, ...predicate }, ...statement }) => ({
      ...statement,
      predicate,
    })
    await write({ 'b.parquet': 'b' }, first, { edit }, mode)
    const report = await scene.verify('out')
    expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
    expect(report.failure?.message).toContain('does not say which files it wrote')
  },
)

it('takes no file that holds a list for the version before', async () => {
  const edit: TransformChanges['edit'] = (statement) => ({
    ...statement,
    subject: statement.subject.map((subject) => ({
      ...subject,
      annotations: { ...subject.annotations, kind: 'file' },
    })),
  })
  const first = await write({ 'a.parquet': 'a' }, undefined, { edit })
  await write({ 'b.parquet': 'b' }, first)
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  expect(report.failure?.message).toContain('is of another kind')
})

it('lets an overwrite of partitions take files away', async () => {
  const first = await write({ 'p=1/a.parquet': 'a', 'p=2/b.parquet': 'b' })
  rmSync(scene.path('out', 'p=1/a.parquet'))
  await write({ 'p=1/c.parquet': 'c' }, first, {}, 'dynamic-overwrite')
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

it('caps an append to files that nobody attested', async () => {
  scene.write('out', { 'found.parquet': 'found' })
  await write({ 'b.parquet': 'b' })
  const report = await scene.verify('out')
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  expect(report.failure?.message).toContain('which no attested version holds')
})

it('caps an append whose version before is hidden, unsigned, or of somebody else', async () => {
  const first = await write({ 'a.parquet': 'a' })
  await write({ 'b.parquet': 'b' }, first)
  rmSync(`${scene.root}/store/${first.path}`)
  expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  rmSync(scene.path('out'), { recursive: true })
  const { signer } = await newSigner(scene.root, 'stranger.pem')
  for (const by of [null, signer]) {
    const before = await write({ [`${by === null}.parquet`]: 'x' }, undefined, { signer: by }, 'overwrite')
    await write({ 'y.parquet': `after ${by === null}` }, before)
    expect(await scene.verify('out')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
    rmSync(scene.path('out'), { recursive: true })
  }
})

it('refuses a version before that is of another dataset, or another version than is said', async () => {
  scene.write('elsewhere', { 'a.parquet': 'a' })
  const elsewhere = await scene.attest('elsewhere')
  scene.write('out', { 'a.parquet': 'a' })
  await write({ 'b.parquet': 'b' }, elsewhere)
  expect((await scene.verify('out')).failure?.code).toBe('previous-mismatch')
})

it('refuses a version before that was attested after this one', async () => {
  scene.advance(60)
  const first = await write({ 'a.parquet': 'a' })
  scene.advance(-60)
  await write({ 'b.parquet': 'b' }, first)
  scene.advance(60)
  expect((await scene.verify('out')).failure?.code).toBe('previous-mismatch')
})

it('finds the same where nothing may wait in memory and is read again', async () => {
  const first = await write({ 'a.parquet': 'a' })
  await write({ 'b.parquet': 'b' }, first)
  const [kept, again] = [await scene.verify('out'), await scene.verify('out', { limits: { maxWaitingBytes: 0 } })]
  expect(again).toEqual(kept)
  expect(again).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

it('takes as many versions before as the chain may have, and says where it stopped', async () => {
  const first = await write({ 'a.parquet': 'a' })
  const second = await write({ 'b.parquet': 'b' }, first)
  await write({ 'c.parquet': 'c' }, second)
  const report = await scene.verify('out', { limits: { maxNodes: 3 } })
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } })
})

/** A table that grew by four appends, each of another input; the newest first, each beside its own input. */
async function grow() {
  const versions: Attested[] = []
  for (const name of ['a', 'b', 'c', 'd']) {
    scene.write(name, { 'x.csv': name })
    raw = await scene.attest(name)
    versions.unshift(await write({ [`${name}.parquet`]: name }, versions[0]), raw)
  }
  return versions
}

it('proves level 1 of a table whose history, with what it was made from, is longer than the caller reads', async () => {
  await grow()
  expect(await scene.verify('out')).toMatchObject({ verdict: 'PROVEN', level: 2 })
  for (const maxNodes of [2, 3, 4, 5, 6, 7]) {
    const report = await scene.verify('out', { limits: { maxNodes } })
    expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } })
    expect(report.failure?.message).toContain(`not followed beyond ${maxNodes} attestations`)
    expect(report.chain.length).toBe(maxNodes)
  }
  expect((await scene.verify('out', { limits: { maxNodes: 1 } })).failure?.code).toBe('chain-too-large')
})

it('lets no history take the room of what the data was made from', async () => {
  const line = [raw]
  for (const name of ['one', 'two', 'three']) {
    scene.write(name, { 'x.parquet': name })
    line.unshift(await scene.transform(name, line.slice(0, 1)))
  }
  const [before] = await grow()
  raw = line[0] ?? raw
  await write({ 'e.parquet': 'e' }, before)
  const report = await scene.verify('out', { limits: { maxNodes: 5 } })
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } })
  const followed = report.chain.map(({ bundle }) => bundle)
  expect(followed).toEqual(expect.arrayContaining(line.map(({ bundle }) => bundle)))
})

it('counts the bytes of a history in the same way', async () => {
  const [newest, input] = await grow()
  const sizes = [newest, input].map((one) => statSync(`${scene.root}/store/${one?.path}`).size)
  const own = sizes.reduce((total, size) => total + size, 0)
  const verify = (maxBytes: number) => scene.verify('out', { limits: { maxBytes } })
  const report = await verify(own)
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } })
  expect(report.failure?.message).toContain(`not followed beyond ${own} bytes`)
  expect((await verify(own - 1)).failure?.code).toBe('chain-too-large')
})
