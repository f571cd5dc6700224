import {
  type DatasetDigest,
  digestDataset,
  digestManifest,
  type Statement,
  verifyBundle,
  verifyMember,
} from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { firstRefutation } from '../../src/verify/check.ts'
import { matchDataset } from '../../src/verify/match-dataset.ts'
import { type Attested, answer, changed, openScene, requirement, type Scene } from './scene.ts'

let scene: Scene
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'alpha\n' })
  scene.write('table', { 'x.parquet': 'x' })
  scene.write('out', { 'o.parquet': 'o' })
  raw = await scene.attest('raw')
})
afterEach(() => scene.close())

const STATE = '5'.repeat(64)
const OTHER = '7'.repeat(64)
const capped = { verdict: 'NOT PROVEN', level: 1, failure: { code: 'level-not-met' } }

/** A subject as a table's source states it. */
const asTable =
  (kind: string, stateDigest?: string) =>
  <Predicate>(statement: Statement<Predicate>): Statement<Predicate> => ({
    ...statement,
    subject: statement.subject.map((subject) => ({
      ...subject,
      digest: { ...subject.digest, ...(stateDigest === undefined ? {} : { stateDigest }) },
      annotations: { ...subject.annotations, kind },
    })),
  })

const table = (stateDigest?: string, kind = 'delta') =>
  scene.transform('table', [raw], { edit: asTable(kind, stateDigest) })

/** What is made from the table, naming it with this state. */
async function made(from: Attested, stateDigest?: string) {
  const digest = { sha256: from.sha256, ...(stateDigest === undefined ? {} : { stateDigest }) }
  await scene.transform('out', [from], { inputs: changed({ digest }) })
  return scene.verify('out')
}

it('follows a table that is named with its state', async () => {
  const report = await made(await table(STATE), STATE)
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect(answer(report, 'input')).toBe('pass')
})

it('refuses an input that is the same bytes in another state', async () => {
  expect(await made(await table(STATE), OTHER)).toMatchObject({
    level: 0,
    failure: { code: 'input-digest-mismatch' },
  })
})

it('proves level 1 only where an input does not name the state of its table', async () => {
  const report = await made(await table(STATE))
  expect(report).toMatchObject(capped)
  expect(requirement(report, 'L2.V.8')).toBe('fail')
  expect(report.failure?.message).toContain('is attested and not named')
})

it('proves level 1 only where an input names a state that nobody attests', async () => {
  const report = await made(raw, STATE)
  expect(report).toMatchObject(capped)
  expect(report.failure?.message).toContain('is named and not attested')
})

it.each(['delta', 'iceberg'])('proves level 1 only of what was made from a %s table without a state', async (kind) => {
  const report = await made(await table(undefined, kind))
  expect(report).toMatchObject(capped)
  expect(report.failure?.message).toContain('no stateDigest is stated')
  expect(report.chain.map(({ level }) => level)).toEqual([1, 1, 2])
})

it('lets no missing state hide a contradiction', async () => {
  const from = await table(STATE)
  const foreign = [{ path: 'planted', sha256: raw.sha256 }]
  const files = foreign.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } }))
  const observed = { subset: { sha256: digestManifest(foreign).sha256, files } }
  await scene.transform('out', [from], { inputs: changed({ observed }) })
  expect((await scene.verify('out')).failure?.code).toBe('input-not-contained')
})

it('proves level 1 only of a state that was not computed from what was read', async () => {
  await scene.transform('table', [raw], { edit: asTable('files', STATE) })
  const report = await scene.verify('table')
  expect(report).toMatchObject(capped)
  expect(report.failure?.message).toContain('was not computed from what was read')
  expect((await scene.verify('table', { level: 1 })).verdict).toBe('PROVEN')
})

it('proves level 1 only of one file of a table, whose state takes more to compute', async () => {
  await table(STATE)
  const { store, trust } = scene
  const options = { store, trust, at: scene.now() }
  const report = await verifyMember(scene.path('table', 'x.parquet'), scene.path('table'), options)
  expect(report).toMatchObject({ ...capped, dataset: { kind: 'delta' } })
  expect(report.failure?.message).toContain('was not computed from what was read')
})

it('compares the state that was computed with the one that is attested', async () => {
  const { path } = await table(STATE)
  const bundle = await scene.store.get(path, { maxBytes: 1e6 })
  const report = verifyBundle(bundle ?? new Uint8Array(), { ...scene.trust, at: scene.now() })
  const name = report.statement?.subject[0]?.name ?? ''
  const { kind: _, ...read } = await digestDataset(scene.path('table'))
  const compare = (found: Partial<DatasetDigest>) =>
    matchDataset(report, { name, insecureAnyName: false, found: { ...read, kind: 'delta', ...found } })
  const statuses = (found: Partial<DatasetDigest>) => new Set(compare(found).map(({ status }) => status))
  expect(statuses({ stateDigest: STATE })).toEqual(new Set(['pass']))
  expect(firstRefutation(compare({ stateDigest: OTHER }))?.code).toBe('digest-mismatch')
  expect(firstRefutation(compare({}))).toBeUndefined()
  expect(statuses({})).toContain('fail')
})

it('follows an append to the version before it only in the state that it names', async () => {
  const before = await table(STATE)
  const append = async (stateDigest: string | undefined, from: Attested) => {
    scene.write('table', { 'y.parquet': 'y' })
    const { files } = await digestDataset(scene.path('table'))
    const own = digestManifest(files.filter(({ path }) => path === 'y.parquet')).sha256
    const named = { sha256: from.sha256, attestationDigest: { sha256: from.bundle } }
    const version = await scene.transform('table', [raw], {
      edit: asTable('delta', STATE),
      previous: stateDigest === undefined ? named : { ...named, stateDigest },
      predicate: { written: { sha256: own, files: 1 }, others: { files: 1 } },
    })
    return made(version, STATE)
  }
  expect(await append(STATE, before)).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect(await append(undefined, before)).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect((await append(OTHER, before)).failure?.code).toBe('previous-mismatch')
})

it('proves level 1 only where the version before is named in a state that nobody attests', async () => {
  const before = await scene.attest('table')
  scene.write('table', { 'y.parquet': 'y' })
  const { files } = await digestDataset(scene.path('table'))
  const own = digestManifest(files.filter(({ path }) => path === 'y.parquet')).sha256
  await scene.transform('table', [raw], {
    previous: { sha256: before.sha256, stateDigest: STATE, attestationDigest: { sha256: before.bundle } },
    predicate: { written: { sha256: own, files: 1 }, others: { files: 1 } },
  })
  const report = await scene.verify('table')
  expect(report).toMatchObject(capped)
  expect(requirement(report, 'L2.X.2')).toBe('fail')
})

it.each(['5'.repeat(63), 'A'.repeat(64), 'sha256:5'])('refuses a state that is no digest: %s', async (state) => {
  await scene.transform('table', [raw], { edit: asTable('files', state) })
  expect((await scene.verify('table')).failure?.code).toBe('statement-invalid')
  expect((await made(raw, state)).failure?.code).toBe('statement-invalid')
  const previous = { sha256: raw.sha256, stateDigest: state, attestationDigest: { sha256: raw.bundle } }
  scene.write('raw', { 'b.csv': 'beta\n' })
  await scene.transform('raw', [raw], { previous })
  expect((await scene.verify('raw')).failure?.code).toBe('statement-invalid')
})
