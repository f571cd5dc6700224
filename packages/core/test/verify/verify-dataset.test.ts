import { mkdirSync } from 'node:fs'
import {
  digestDataset,
  isMakotoError,
  MakotoError,
  REQUIREMENTS,
  reportSchema,
  verifyMember,
  verifyRun,
  verifyStreamWindows,
} from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { answer, openScene, requirement, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

it('proves a directory attested by hand at level 2', async () => {
  scene.write('raw', { 'a.csv': 'a\n', 'b.csv': 'b\n' })
  const origin = await scene.attest('raw')
  const report = await scene.verify('raw')
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2, required: 2, newestKnown: 'unknown', observedOrigins: 0 })
  expect(report.dataset).toMatchObject({ kind: 'files', files: 2, bytes: '4', sha256: origin.sha256 })
  expect(report.chain).toMatchObject([{ depth: 0, bundle: origin.bundle, level: 2, signer: scene.signer.id }])
})

it('proves a chain back to its origins, each attestation once', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('left', { 'x.parquet': 'left' })
  scene.write('right', { 'x.parquet': 'right' })
  scene.write('joined', { 'x.parquet': 'joined' })
  const raw = await scene.attest('raw')
  const left = await scene.transform('left', [raw])
  const right = await scene.transform('right', [raw])
  await scene.transform('joined', [left, right])
  const report = await scene.verify('joined')
  expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
  expect(report.chain.map(({ name, depth }) => [name.split('/').at(-1), depth])).toEqual([
    ['joined', 0],
    ['left', 1],
    ['right', 1],
    ['raw', 2],
  ])
  expect(requirement(report, 'L2.V.8')).toBe('pass')
  expect(requirement(report, 'L2.V.9')).toBe('pass')
})

it('proves a single file', async () => {
  scene.write('one.csv', 'x\n')
  await scene.attest('one.csv')
  expect(await scene.verify('one.csv')).toMatchObject({ verdict: 'PROVEN', level: 2, dataset: { kind: 'file' } })
})

it('proves an empty directory', async () => {
  mkdirSync(scene.path('empty'), { recursive: true })
  await scene.attest('empty')
  expect(await scene.verify('empty')).toMatchObject({ verdict: 'PROVEN', dataset: { files: 0, bytes: '0' } })
})

it('writes a report that its own schema accepts, whatever the verdict', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  expect(reportSchema.safeParse(await scene.verify('raw')).success).toBe(true)
  await scene.attest('raw')
  const proven = await scene.verify('raw')
  expect(reportSchema.parse(JSON.parse(JSON.stringify(proven)))).toEqual(proven)
  expect(proven.requirements.map(({ id }) => id)).toEqual(REQUIREMENTS.map(({ id }) => id))
})

it('never passes what only the producer says, nor what belongs to level 3', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  await scene.attest('raw')
  const { requirements } = await scene.verify('raw')
  const words = requirements.filter(({ id }) => id.startsWith('L2.PL') || id.startsWith('L3'))
  expect(words.length).toBeGreaterThan(20)
  expect(words.filter(({ status }) => status === 'pass' || status === 'not-applicable')).toEqual([])
})

it('does not prove level 3', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  await scene.attest('raw')
  const report = await scene.verify('raw', { level: 3 })
  expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 2, failure: { code: 'level-not-met' } })
  expect(report.failure?.message).toContain('L3.P.2')
})

it('says that nothing attests the data', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  expect(await scene.verify('raw')).toMatchObject({
    verdict: 'NOT PROVEN',
    level: 0,
    failure: { code: 'no-attestation' },
  })
})

it('rejects where the data cannot be read', async () => {
  const error = await scene.verify('nowhere').catch((reason: unknown) => reason)
  expect(isMakotoError(error, 'data-unreadable')).toBe(true)
})

it('rejects where the store cannot be read', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const down = () => Promise.reject(new MakotoError('store-unreachable', 'the store is down'))
  const list = async function* () {
    yield await down()
  }
  const error = await scene.verify('raw', { store: { ...scene.store, list } }).catch((reason: unknown) => reason)
  expect(isMakotoError(error, 'store-unreachable')).toBe(true)
})

it('knows the newest version only from outside the store', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const { sha256 } = await scene.attest('raw')
  expect(await scene.verify('raw', { expectVersion: sha256 })).toMatchObject({ verdict: 'PROVEN', newestKnown: 'yes' })
  const other = await scene.verify('raw', { expectVersion: '0'.repeat(64) })
  expect(other).toMatchObject({
    verdict: 'NOT PROVEN',
    newestKnown: 'unknown',
    failure: { code: 'version-unexpected' },
  })
})

it.each<[string, object]>([
  ['the level NaN', { level: Number.NaN }],
  ['the level 0', { level: 0 }],
  ['a level in letters', { level: '2' }],
  ['an origin of another kind', { origins: 'Attested' }],
  ['another way with text', { rendering: 'Fail' }],
  ['no number of authorities', { timestampThreshold: Number.NaN }],
  ['no number of logs', { logThreshold: Number.NaN }],
  ['no number of witnesses', { trust: { keys: [], timestampAuthorities: [], witnessThreshold: Number.NaN } }],
  ['no lateness', { latenessMs: Number.NaN }],
  ['no skew', { skewMs: Number.NaN }],
  ['no age', { maxAgeMs: Number.NaN }],
  ['no date', { at: new Date(Number.NaN) }],
  ['no length of a chain', { limits: { maxNodes: Number.NaN } }],
  ['no size of a chain', { limits: { maxBytes: Number.NaN } }],
  ['no room for what waits', { limits: { maxWaitingBytes: Number.NaN } }],
])('refuses to be asked for %s, which everything would meet', async (_what, demand) => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const refused = { code: 'options-invalid' }
  await expect(scene.verify('raw', demand)).rejects.toMatchObject(refused)
  const asked = { store: scene.store, trust: scene.trust, ...demand }
  await expect(verifyMember(scene.path('raw/a.csv'), scene.path('raw'), asked)).rejects.toMatchObject(refused)
  await expect(verifyRun('run-1', asked)).rejects.toMatchObject(refused)
  await expect(verifyStreamWindows('clicks', asked)).rejects.toMatchObject(refused)
})

it('finds a catalog table by its name and by its location', async () => {
  scene.write('orders', { 'a.parquet': 'a' })
  await scene.attest('orders', { name: 'dataset:shop.sales.orders' })
  const byPath = await scene.verify('orders')
  expect(byPath.verdict).toBe('PROVEN')
  const byName = await scene.verify('orders', { name: 'shop.sales.orders' })
  expect(byName).toMatchObject({ verdict: 'PROVEN', dataset: { name: 'dataset:shop.sales.orders' } })
})

it('shows what the producer hashed after the fact as declared', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', { 'b.parquet': 'b' })
  const raw = await scene.attest('raw')
  const { sha256 } = await digestDataset(scene.path('out'))
  const written = { sha256, files: 1, digestSource: 'after-commit' as const }
  await scene.transform('out', [raw], { predicate: { written } })
  const report = await scene.verify('out')
  expect(report.verdict).toBe('PROVEN')
  expect(answer(report, 'digest-source')).toBe('declared')
})
