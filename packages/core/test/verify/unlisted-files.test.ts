import { pathToFileURL } from 'node:url'
import { readStamps } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

/** As Spark's streaming file sink writes it. */
function writeLog(...listed: string[]): void {
  const lines = listed.map((path) => ({ path: pathToFileURL(scene.path('orders', path)).href, action: 'add' }))
  scene.write('orders', { '_spark_metadata/0': ['v1', ...lines.map((line) => JSON.stringify(line))].join('\n') })
}

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
