import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { readStamps } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sinkLogLine } from '../sink-log-line.ts'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

/** A log of one batch, as Spark's streaming file sink writes it. */
function writeLog(...listed: string[]): void {
  writeLines(...listed.map((path) => sinkLogLine(scene.path('orders'), path)))
}

const writeLines = (...lines: string[]) => scene.write('orders', { '_spark_metadata/0': ['v1', ...lines].join('\n') })

const orders = { 'a.csv': 'one\n', 'day=1/b.csv': 'two\n' }

describe('a directory', () => {
  it('is refused where somebody added a log and a file that it does not list', async () => {
    scene.write('orders', orders)
    await scene.attest('orders')
    scene.write('orders', { 'day=1/evil.csv': 'evil\n' })
    writeLog(...Object.keys(orders))
    const report = await scene.verify('orders')
    expect(report).toMatchObject({
      level: 0,
      failure: { code: 'files-unlisted', files: { altered: [], missing: [], added: ['day=1/evil.csv'], more: 0 } },
    })
    expect(report.failure?.message).toContain('1 file beside the sink')
  })

  it('is proven with a log that lists all that is there', async () => {
    scene.write('orders', { ...orders, _SUCCESS: '', '.hidden/x': '', 'c.csv._COPYING_': '' })
    await scene.attest('orders')
    writeLog(...Object.keys(orders))
    expect(await scene.verify('orders')).toMatchObject({ verdict: 'PROVEN', level: 2, dataset: { leftOut: 3 } })
  })
})

/** Each leaves the files as they are, and Spark 3.5 and 4.1 read other rows than were attested. */
const REWRITTEN: Readonly<Record<string, () => void>> = {
  'a link to one that lists less': () => {
    mkdirSync(scene.path('elsewhere'))
    symlinkSync(scene.path('elsewhere'), scene.path('orders', '_spark_metadata'))
  },
  'a file': () => writeFileSync(scene.path('orders', '_spark_metadata'), ''),
  'one that cuts a file off': () => writeLines(lineOf('a.csv', { size: 2 }), lineOf('day=1/b.csv')),
  'one that calls a file empty': () => writeLines(lineOf('a.csv', { size: 0 }), lineOf('day=1/b.csv')),
  'one that calls a file a directory': () => writeLines(lineOf('a.csv', { isDir: true }), lineOf('day=1/b.csv')),
  'one that adds a file that no rule lists, and deletes it': () => {
    scene.write('orders', { 'evil.csv._COPYING_': 'evil\n' })
    const evil = 'evil.csv._COPYING_'
    writeLines(...Object.keys(orders).map((path) => lineOf(path)), lineOf(evil), lineOf(evil, { action: 'delete' }))
  },
  'one that lists a file twice': () => writeLog('a.csv', 'a.csv', 'day=1/b.csv'),
}

const lineOf = (path: string, changes?: Readonly<Record<string, unknown>>) =>
  sinkLogLine(scene.path('orders'), path, changes)

it.each(Object.entries(REWRITTEN))(
  'a directory is refused where somebody put in the place of a log %s',
  async (_, put) => {
    scene.write('orders', orders)
    await scene.attest('orders')
    put()
    await expect(scene.verify('orders')).rejects.toMatchObject({ code: 'sink-log-invalid' })
  },
)

describe('a directory that a stream wrote', () => {
  beforeEach(async () => {
    scene.write('orders', orders)
    writeLog(...Object.keys(orders))
    await scene.attest('orders')
    scene.write('orders', { 'of-a-failed-batch.csv': 'three\n' })
  })

  it('is refused while it holds files of no batch', async () => {
    expect((await scene.verify('orders')).failure?.code).toBe('files-unlisted')
  })

  it('is proven to who accepts them, and the report says that they were accepted', async () => {
    const report = await scene.verify('orders', { insecureUnlisted: true })
    expect(report).toMatchObject({ verdict: 'PROVEN', level: 2 })
    expect(report.checks).toContainEqual({
      id: 'files',
      status: 'pass',
      title: 'files',
      detail: "1 file beside the sink's log, not in it: of-a-failed-batch.csv; you accept what the log does not list",
    })
  })

  it('is not as it was when another one comes', () => {
    const before = readStamps(scene.path('orders'))
    scene.write('orders', { 'evil.csv': 'evil\n' })
    expect([...readStamps(scene.path('orders')).keys()].filter((path) => !before.has(path))).toEqual(['evil.csv'])
  })
})
