import { execFileSync } from 'node:child_process'
import { REQUIREMENTS, type Report, renderJunit } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openScene, type Scene } from '../verify/scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
  scene.write('orders', { 'a.csv': 'a\n', 'b.csv': 'b\n' })
  await scene.attest('orders')
})
afterEach(() => scene.close())

interface Case {
  readonly name: string
  readonly outcome: 'passed' | 'failure' | 'skipped'
  readonly message: string
  readonly text: string
}

/** What expat, as strict as XML is, reads in it. */
const READ = `
import json, sys, xml.etree.ElementTree as tree
suite, = tree.fromstring(sys.stdin.buffer.read()).findall('testsuite')
cases = []
for case in suite.findall('testcase'):
    found = [child for child in case if child.tag in ('failure', 'skipped')]
    cases.append({'name': case.get('name'), 'outcome': found[0].tag if found else 'passed',
                  'message': found[0].get('message') if found else '', 'text': (found[0].text or '') if found else ''})
print(json.dumps({'name': suite.get('name'), 'counts': [int(suite.get(key)) for key in ('tests', 'failures', 'skipped')], 'cases': cases}))
`

function readJunit(report: Report): { name: string; counts: number[]; cases: Case[] } {
  return JSON.parse(execFileSync('python3', ['-c', READ], { input: renderJunit(report), encoding: 'utf8' }))
}

const failures = (report: Report) =>
  readJunit(report)
    .cases.filter(({ outcome }) => outcome === 'failure')
    .map(({ name }) => name.split(' ')[0])

it('has a case for the verdict and one for each requirement, and counts them', async () => {
  const report = await scene.verify('orders')
  const { name, counts, cases } = readJunit(report)
  expect(name).toBe(report.dataset.name)
  expect(cases.map((row) => row.name.split(' ')[0])).toEqual(['verdict:', ...REQUIREMENTS.map(({ id }) => id)])
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length
  expect(counts).toEqual([cases.length, 0, skipped])
})

it('fails nowhere where the dataset is proven, whatever nobody can check', async () => {
  expect(failures(await scene.verify('orders'))).toEqual([])
  expect(
    failures(await scene.verify('orders', { level: 1, trust: { keys: scene.trust.keys, timestampAuthorities: [] } })),
  ).toEqual([])
})

it('never passes what only the producer can promise', async () => {
  const { cases } = readJunit(await scene.verify('orders'))
  const promised = cases.filter(({ name }) => name.startsWith('L2.PL.'))
  expect(promised).toHaveLength(6)
  for (const { outcome, message } of promised) {
    expect(outcome).toBe('skipped')
    expect(message).toContain("declared: the producer's word")
  }
})

it('fails where the level that is asked for is not reached, and says which requirement it is', async () => {
  const report = await scene.verify('orders', { trust: { keys: scene.trust.keys, timestampAuthorities: [] } })
  expect(report.failure?.code).toBe('level-not-met')
  expect(failures(report)).toEqual(['verdict:', 'L2.P.6', 'L2.P.7', 'L2.V.6'])
})

it('names the files that differ, however they are called', async () => {
  scene.write('orders', { 'a.csv': 'other\n', 'c<&"]]>\u202e\u0001.csv': '' })
  const report = await scene.verify('orders')
  const [verdict] = readJunit(report).cases
  expect(verdict).toMatchObject({ outcome: 'failure' })
  expect(verdict?.text).toBe('altered a.csv\nadded c<&"]]>\\u{202e}\\u{1}.csv')
})

it('fails with the verdict where no level would do', async () => {
  scene.write('orders', { 'a.csv': 'other\n' })
  const report = await scene.verify('orders', { level: 1 })
  expect(failures(report)).toContain('verdict:')
})
