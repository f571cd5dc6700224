import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runReportSchema } from '@makoto/core'
import { describe, expect, test } from 'vitest'
import { makeFolder, makoto, type Outcome } from './makoto.ts'

const FIXTURE = fileURLToPath(new URL('../../../fixtures/runs/spark-3.5/', import.meta.url))
const RUN = readdirSync(join(FIXTURE, 'store/runs'))[0] ?? ''

/** The run of a real agent, in a folder of its own. */
function copyRun(): { cwd: string; ask: (...more: string[]) => Promise<Outcome> } {
  const cwd = makeFolder()
  cpSync(FIXTURE, cwd, { recursive: true })
  const trust = ['--store', 'store', '--key', 'agent.pub', '--tsa-root', 'tsa-root.pem']
  return { cwd, ask: (...more) => makoto(['verify-run', RUN, ...trust, ...more], { cwd }) }
}

function removeRecord(cwd: string, number: string): void {
  const runs = join(cwd, 'store/runs', RUN)
  for (const name of readdirSync(runs)) if (name.startsWith(number)) rmSync(join(runs, name))
}

describe('a run of the agent', () => {
  test('is proven, with what it read and wrote', async () => {
    const { code, stdout, stderr } = await copyRun().ask('--complete', '--reads', 'file:/lake/**')
    expect(code).toBe(0)
    expect(stdout.slice(stdout.indexOf('\n\n') + 2)).toMatchInlineSnapshot(`
      "PROVEN L2  run:local-1795247133278~1~633d049f1134d617
        outcome: succeeded, sealed 2026-11-21T07:46:40.706Z
        completeness: full
        bundles: 11 of 11 verified, 8 stages
        dropped events: 0, gaps: none
        read: dataset:file:/lake/curated/flights
        read: dataset:file:/lake/raw/carriers.csv
        read: dataset:file:/lake/raw/flights.csv
        wrote: dataset:file:/lake/curated/flights
        wrote: dataset:file:/lake/marts/delays
        wrote: dataset:spark_catalog.default.late
      "
    `)
    expect(stderr).toContain('next: makoto verify')
  })

  test('is proven in JSON', async () => {
    const { code, stdout } = await copyRun().ask('--json')
    expect(code).toBe(0)
    expect(runReportSchema.parse(JSON.parse(stdout))).toMatchObject({
      verdict: 'PROVEN',
      level: 2,
      completeness: { extent: 'full' },
    })
  })

  test('is not what was asked for where it touched something else', async () => {
    const { code, stdout } = await copyRun().ask('--writes', 'file:/lake/marts/**')
    expect(code).toBe(5)
    expect(stdout).toContain('because writes: the run wrote dataset:')
  })

  test('is unfinished where its seal is not there', async () => {
    const { cwd, ask } = copyRun()
    removeRecord(cwd, '000001')
    const { code, stdout, stderr } = await ask()
    expect(code).toBe(5)
    expect(stdout).toContain('outcome: unfinished')
    expect(stderr).toContain('next: wait for the end of the application')
  })

  test('is refused without its beginning', async () => {
    const { cwd, ask } = copyRun()
    removeRecord(cwd, '000000')
    expect(await ask()).toMatchObject({ code: 4, stdout: expect.stringContaining('number 0 is not there') })
  })

  test('is unknown under another id, and an id that is none is a mistake of the command line', async () => {
    const { cwd } = copyRun()
    const ask = (id: string) => makoto(['verify-run', id, '--store', 'store', '--key', 'agent.pub'], { cwd })
    expect(await ask('app~1~00')).toMatchObject({ code: 3 })
    expect(await ask('../keys')).toMatchObject({ code: 2 })
  })
})

test('show reads the lines of its stages', async () => {
  const { cwd } = copyRun()
  const [lines = ''] = readdirSync(join(cwd, 'store/runs', RUN, 'stages'))
  const { code, stdout } = await makoto(['show', join('store/runs', RUN, 'stages', lines)], { cwd })
  expect(code).toBe(0)
  expect(stdout).toContain(`transform of stage:${RUN}/`)
})
