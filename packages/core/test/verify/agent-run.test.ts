import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openStore, parsePublicKey, parseTimestampAuthorities, verifyRun } from '@makoto/core'
import { expect, it } from 'vitest'
import { linkChecks } from '../../src/verify/chain.ts'
import { chainLevels } from '../../src/verify/chain-report.ts'
import { newestOf } from '../../src/verify/judge-newest.ts'
import { readAnyAttestation } from '../../src/verify/read-attestation.ts'
import { readHistory } from '../../src/verify/version-history.ts'
import { walkInputs } from '../../src/verify/walk-inputs.ts'

/** What a real agent left: see the README beside it. TypeScript and the JVM cannot drift apart over it unseen. */
const home = fileURLToPath(new URL('../../../../fixtures/runs/spark-3.5/', import.meta.url))
const store = openStore(`${home}store`)
const trust = {
  keys: [parsePublicKey(readFileSync(`${home}agent.pub`))],
  timestampAuthorities: parseTimestampAuthorities(readFileSync(`${home}tsa-root.pem`)),
  at: new Date('2026-11-22T00:00:00.000Z'),
}
const [run = ''] = readdirSync(`${home}store/runs`)

it('proves the whole run of a real agent, and that it touched nothing outside its lake', async () => {
  const { at, ...believed } = trust
  const names = ['file:/lake/**', 'spark_catalog.default.*']
  const report = await verifyRun(run, { store, trust: believed, at, complete: true, reads: names, writes: names })
  expect(report).toMatchObject({
    verdict: 'PROVEN',
    level: 2,
    completeness: { extent: 'full', reasons: [] },
    run: { applicationName: 'flights', outcome: 'succeeded' },
    bundles: { listed: 11, verified: 11, missing: 0 },
    stages: { objects: 5, lines: 8, failed: 0 },
  })
  expect(report.checks.find(({ id }) => id === 'dbom')?.status).toBe('pass')
  expect(report.reads.map(({ name }) => name).toSorted()).toEqual([
    'dataset:file:/lake/curated/flights',
    'dataset:file:/lake/raw/carriers.csv',
    'dataset:file:/lake/raw/flights.csv',
  ])
  expect(new Set(report.writes.map(({ name }) => name))).toEqual(
    new Set([
      'dataset:file:/lake/curated/flights',
      'dataset:file:/lake/marts/delays',
      'dataset:spark_catalog.default.late',
    ]),
  )
})

async function walkNewest(name: string) {
  const newest = newestOf(await readHistory(store, [name], trust), name)
  const root = newest && (await readAnyAttestation(store, newest, trust))
  if (root === undefined) throw new Error(`${name} is not in the fixture`)
  const chain = await walkInputs(root, { store, trust, skewMs: 300_000 })
  return {
    nodes: chain.nodes,
    level: chainLevels(chain).get(root.report.sha256),
    checks: chain.nodes.flatMap(linkChecks),
  }
}

it('follows its outputs back to the origins, over stages', async () => {
  const { nodes, level, checks } = await walkNewest('dataset:file:/lake/marts/delays')
  expect([nodes.length, level]).toEqual([4, 2])
  expect(nodes.flatMap(({ stages }) => stages?.lines ?? [])).toEqual([2, 3])
  expect(new Set(checks.map(({ status }) => status))).toEqual(new Set(['pass']))
})

it('follows a table that it appended to back to the version before', async () => {
  const { nodes, level, checks } = await walkNewest('dataset:file:/lake/late')
  expect([nodes.length, level]).toEqual([3, 2])
  expect(checks.map(({ id }) => id)).toContain('previous')
  expect(new Set(checks.map(({ status }) => status))).toEqual(new Set(['pass']))
})
