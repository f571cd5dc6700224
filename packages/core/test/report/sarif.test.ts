import { buildSarif, REQUIREMENTS, type Report } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openScene, type Scene } from '../verify/scene.ts'
import { validateSarif } from './sarif-schema.ts'

const TOOL = { name: 'makoto', version: '0.1.0' }

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
  scene.write('orders', { 'a.csv': 'a\n', 'b.csv': 'b\n' })
  await scene.attest('orders')
})
afterEach(() => scene.close())

const runOf = (report: Report) => buildSarif(report, TOOL).runs[0]
const resultsOf = (report: Report) => runOf(report).results.map(({ ruleId, level }) => `${level} ${ruleId}`)
const untimed = (level: 1 | 2) => ({ level, trust: { keys: scene.trust.keys, timestampAuthorities: [] } })

describe('a SARIF log', () => {
  it('follows the published schema, whatever the verdict', async () => {
    const reports = [await scene.verify('orders'), await scene.verify('orders', untimed(2))]
    scene.write('orders', { 'a.csv': 'other\n', 'ü ?%#\u202e.csv': '' })
    reports.push(await scene.verify('orders'))
    scene.write('new', 'x')
    reports.push(await scene.verify('new'))
    for (const report of reports)
      expect(validateSarif(JSON.parse(JSON.stringify(buildSarif(report, TOOL))))).toEqual([])
    expect(validateSarif({ version: '2.1.0', runs: [{ tool: {} }] })).not.toEqual([])
  })

  it('has a rule with help for each requirement', async () => {
    const { rules } = runOf(await scene.verify('orders')).tool.driver
    expect(rules.map(({ id }) => id)).toEqual([...REQUIREMENTS.map(({ id }) => id), 'verdict'])
    for (const { id, help, shortDescription } of rules) {
      expect(help.text.length, id).toBeGreaterThan(40)
      expect(shortDescription.text, id).not.toBe('')
    }
  })

  it('finds nothing where the dataset is proven', async () => {
    expect(resultsOf(await scene.verify('orders'))).toEqual([])
  })

  it('points at each file that differs, and says it once', async () => {
    scene.write('orders', { 'a.csv': 'other\n', 'c d.csv': '' })
    const run = runOf(await scene.verify('orders'))
    const found = run.results.map(({ ruleId, message, locations }) => [
      ruleId,
      message.text,
      locations[0]?.physicalLocation.artifactLocation.uri,
    ])
    expect(found).toEqual([
      ['L1.V.3', 'a.csv was altered since it was attested', 'orders/a.csv'],
      ['L1.V.3', 'c d.csv was never attested', 'orders/c%20d.csv'],
    ])
    expect(new Set(run.results.map((result) => result.partialFingerprints['makotoFinding/v1'])).size).toBe(2)
  })

  it('makes no link, placeholder or invisible mark of a name', async () => {
    scene.write('orders', { '[fixed, see](1)': '', 'a{0}b': '', 'c\u202ed': '' })
    const { results } = runOf(await scene.verify('orders'))
    expect(results.map(({ message }) => message.text)).toEqual([
      '\\[fixed, see\\](1) was never attested',
      'a{{0}}b was never attested',
      'c\\\\u{{202e}}d was never attested',
    ])
  })

  it('has a link in no other message either', async () => {
    const report = await scene.verify('orders')
    const name = 'dataset:[proven](https://evil.example)'
    const failure = { code: 'name-mismatch', message: `attested as ${name}` } as const
    const { results } = runOf({ ...report, verdict: 'NOT PROVEN', failure })
    expect(results.map(({ message }) => message.text)).toEqual([
      'attested as dataset:\\[proven\\](https://evil.example)',
    ])
  })

  it('finds what keeps the dataset from the level that was asked for, and nothing else', async () => {
    expect(resultsOf(await scene.verify('orders', untimed(2)))).toEqual([
      'error L2.P.6',
      'error L2.P.7',
      'error L2.V.6',
    ])
    expect(resultsOf(await scene.verify('orders', untimed(1)))).toEqual([])
  })

  it('finds that nobody attested it', async () => {
    scene.write('new', 'x')
    expect(resultsOf(await scene.verify('new'))).toEqual(['error L1.V.1'])
  })

  it('points at a dataset that is one file', async () => {
    scene.write('one.csv', 'x')
    const run = runOf(await scene.verify('one.csv'))
    expect(run.results[0]?.locations[0]?.physicalLocation.artifactLocation).toEqual({
      uri: 'one.csv',
      uriBaseId: 'DATASET_PARENT',
    })
    expect(run.originalUriBaseIds?.DATASET_PARENT.uri).toBe(`file://${scene.path()}/`)
  })
})

describe('a place that is no local path', () => {
  const placed = async (uri: string) => {
    const report = await scene.verify('orders', { name: 'dataset:file:/other' })
    const run = runOf({ ...report, dataset: { ...report.dataset, uri } })
    return [
      run.originalUriBaseIds?.DATASET_PARENT.uri,
      run.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri,
    ]
  }

  it('is cut where its own name begins', async () => {
    expect(await placed('s3://curated/lake/orders')).toEqual(['s3://curated/lake/', 'orders'])
    expect(await placed('s3://curated/orders')).toEqual(['s3://curated/', 'orders'])
    expect(await placed('catalog.schema.orders')).toEqual([undefined, 'catalog.schema.orders'])
    expect(await placed('file:/')).toEqual(['file:///', '.'])
  })
})
