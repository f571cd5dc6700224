import { rmSync, writeFileSync } from 'node:fs'
import { buildDatasetDbom, buildLineage, dbomSchema, renderDot } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Attested, openScene, type Scene } from '../verify/scene.ts'

const verifier = { tool: 'makoto', version: '0.1.0' }

let scene: Scene
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('clean', { 'x.parquet': 'x' })
  scene.write('report', { 'y.parquet': 'y' })
  raw = await scene.attest('raw', { geography: 'EU', consent: { type: 'contract' }, recordCount: '1' })
  const clean = await scene.transform('clean', [raw])
  await scene.transform('report', [clean, raw], { predicate: { transform: { type: 'https://example.org/sum' } } })
})
afterEach(() => scene.close())

it('lists sources, transformations in the order of the work, and what the verification found', async () => {
  const report = await scene.verify('report')
  const dbom = buildDatasetDbom(report, { verifier })
  expect(dbomSchema.parse(JSON.parse(JSON.stringify(dbom)))).toEqual(dbom)
  expect(dbom.sources).toMatchObject([
    { name: raw.name, attestationRef: raw.path, makotoLevel: 'L2', geography: 'EU', consent: { type: 'contract' } },
  ])
  expect(dbom.transformations.map(({ order, transformType }) => [order, transformType])).toEqual([
    [1, 'https://makoto.dev/transforms/spark-batch'],
    [2, 'https://example.org/sum'],
  ])
  expect(dbom.compliance?.overallMakotoLevel).toBe('L2')
  expect(dbom.verification).toEqual({
    chainVerified: true,
    allSignaturesValid: true,
    attestationCount: 3,
    verificationTimestamp: report.verifiedOn,
    verifier,
  })
})

it('claims no verified chain where the verification failed', async () => {
  writeFileSync(scene.path('report', 'y.parquet'), 'z')
  const dbom = buildDatasetDbom(await scene.verify('report'), { verifier })
  expect(dbom.verification).toMatchObject({ chainVerified: false, allSignaturesValid: false, attestationCount: 0 })
  expect(dbom.compliance).toMatchObject({ overallMakotoLevel: 'L0' })
})

it('claims no verified chain where an input could not be followed', async () => {
  rmSync(`${scene.root}/store/${raw.path}`)
  const dbom = buildDatasetDbom(await scene.verify('report', { level: 1 }), { verifier })
  expect(dbom.verification).toMatchObject({ chainVerified: false, allSignaturesValid: true, attestationCount: 2 })
})

it('tells a chain without a timestamp from one that is not whole', async () => {
  scene.write('undated', { 'z.parquet': 'z' })
  await scene.transform('undated', [raw], { timestamp: false })
  const dbom = buildDatasetDbom(await scene.verify('undated', { level: 1 }), { verifier })
  expect(dbom.verification).toMatchObject({ chainVerified: true, attestationCount: 2 })
})

it('claims no verified chain where a job read what nobody resolved, and says so of the job', async () => {
  scene.write('half', { 'z.parquet': 'z' })
  const unresolvedInputs = [{ name: 'jdbc:postgresql://db/orders', reason: 'input-without-digest' }]
  const completeness = { inputs: 'partial', outputs: 'full', reasons: ['input-without-digest'] } as const
  await scene.transform('half', [raw], {
    predicate: { unresolvedInputs },
    completeness: { ...completeness, reasons: [...completeness.reasons] },
  })
  for (const asked of [{ level: 1 }, { level: 2, acceptReasons: ['input-without-digest'] }] as const) {
    const report = await scene.verify('half', asked)
    expect(report.verdict).toBe('PROVEN')
    const dbom = buildDatasetDbom(report, { verifier })
    expect(dbom.verification).toMatchObject({ chainVerified: false, attestationCount: 2 })
    expect(dbom.transformations).toMatchObject([{ completeness }])
  }
})

it('claims no verified chain where the version before an append is not there', async () => {
  scene.write('table', { 'a.parquet': 'a' })
  const before = await scene.attest('table')
  scene.write('table', { 'b.parquet': 'b' })
  const previous = { sha256: before.sha256, attestationDigest: { sha256: before.bundle } }
  const transform = { type: 'https://makoto.dev/transforms/spark-batch', parameters: { mode: 'append' } }
  await scene.transform('table', [raw], { previous, predicate: { transform } })
  rmSync(`${scene.root}/store/${before.path}`)
  const report = await scene.verify('table', { level: 1 })
  expect(report.verdict).toBe('PROVEN')
  expect(buildDatasetDbom(report, { verifier }).verification).toMatchObject({ chainVerified: false })
})

it('names a transform without a name by what it made', async () => {
  scene.write('nameless', { 'z.parquet': 'z' })
  const { name } = await scene.transform('nameless', [raw], {
    predicate: { transform: { type: 'https://example.org/sum', name: '' } },
  })
  const { transformations } = buildDatasetDbom(await scene.verify('nameless'), { verifier })
  expect(transformations).toMatchObject([{ name }])
})

it('draws the lineage as data and as a graph', async () => {
  const graph = buildLineage(await scene.verify('report'))
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name.split('/').at(-1)]))
  expect(graph.edges.map(({ from, to }) => [names.get(from), names.get(to)]).sort()).toEqual([
    ['clean', 'report'],
    ['raw', 'clean'],
    ['raw', 'report'],
  ])
  expect(renderDot(graph)).toMatch(/^digraph lineage \{[\s\S]+\}\n$/)
})

it('keeps a name that tries to be Graphviz inside its quotes', () => {
  const name = 'dataset:x"]; evil [label="\\'
  const dot = renderDot({ nodes: [{ id: 'a', kind: 'origin', name, level: 2 }], edges: [] })
  expect(dot).toContain('label="dataset:x\\"]; evil [label=\\"\\\\\\nL2 origin"')
})
