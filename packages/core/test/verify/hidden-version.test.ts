import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pointersPrefix } from '../../src/store/layout.ts'
import { type Attested, answer, openScene, type Scene } from './scene.ts'

let scene: Scene
let first: Attested
let second: Attested
beforeEach(async () => {
  scene = await openScene()
  scene.write('orders', { 'a.parquet': 'one' })
  first = await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  second = await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'one' })
})
afterEach(() => scene.close())

it('cannot see a newer version whose attestation was taken away, and never says that it knows', async () => {
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
  rmSync(`${scene.root}/store/${second.path}`)
  const report = await scene.verify('orders')
  expect(report).toMatchObject({ verdict: 'PROVEN', newestKnown: 'unknown' })
  expect(report.checks.find(({ id }) => id === 'newest')?.detail).toContain('none later in this store')
})

it('refuses the older version, hidden newer one or not, to whom knows the newer one', async () => {
  rmSync(`${scene.root}/store/${second.path}`)
  const report = await scene.verify('orders', { expectVersion: second.sha256 })
  expect(report.failure?.code).toBe('version-unexpected')
})

it('does not let a job that read the older version make it the newest', async () => {
  scene.write('out', { 'x.parquet': 'x' })
  await scene.transform('out', [first])
  const report = await scene.verify('out')
  expect([report.verdict, answer(report, 'input')]).toEqual(['PROVEN', 'pass'])
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
})

it('sees a newer version though all pointers to it are gone, where a later one names it', async () => {
  scene.write('orders', { 'a.parquet': 'three' })
  await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  for await (const { path } of scene.store.list(pointersPrefix(second.name)))
    if (path.endsWith(second.bundle)) rmSync(`${scene.root}/store/${path}`)
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
})

it('refuses an older version of a table that was given another name since, whichever name is asked for', async () => {
  scene.write('orders', { 'a.csv': 'one\n' })
  await scene.attest('orders', { name: 'dataset:shop.orders' })
  scene.write('orders', { 'a.csv': 'two\n' })
  await scene.attest('orders', { name: 'dataset:shop.orders_2026' })
  scene.write('orders', { 'a.csv': 'one\n' })
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
  expect((await scene.verify('orders', { name: 'shop.orders' })).failure?.code).toBe('superseded')
})
