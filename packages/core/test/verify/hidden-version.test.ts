import { rmSync } from 'node:fs'
import { canonicalize, parseBundle, parseStatement, serializeStatement, sha256Hex } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { attestationPath, pointerPath, pointersPrefix } from '../../src/store/layout.ts'
import { addPointers, FUTURE, flood, NOWHERE, PAST, type Place } from './add-pointers.ts'
import { type Attested, answer, openScene, requirement, type Scene } from './scene.ts'

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

it('sees a newer version beside a pointer that gives its bundle another subject', async () => {
  for (const time of ['0000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
    const hint = { name: second.name, subject: NOWHERE, bundle: second.bundle, time }
    await scene.store.put(pointerPath(hint), canonicalize(hint))
  }
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
})

const add = (pointers: readonly Place[], objects?: ReadonlyMap<string, Uint8Array>) =>
  addPointers(scene.store, first.name, pointers, objects)

it('proves nothing behind more pointers than it follows, nor lets them contradict', async () => {
  const store = add(flood(FUTURE))
  const report = await scene.verify('orders', { store })
  expect(report).toMatchObject({ level: 0, newestKnown: 'unknown', failure: { code: 'level-not-met' } })
  expect([answer(report, 'newest'), requirement(report, 'L1.X.4')]).toEqual(['skipped', 'skipped'])
  expect(report.failure?.message).toMatch(/L1\.X\.4, newest: not known whether .*; 1 pointer not read$/)
})

it('proves nothing behind them where another pointer makes the newer version older than it is', async () => {
  const store = add([...flood(FUTURE), { subject: second.sha256, bundle: second.bundle, time: PAST }])
  expect(answer(await scene.verify('orders', { store }), 'newest')).toBe('skipped')
})

it('proves the version that the caller knows to be the newest behind any number of pointers', async () => {
  const store = add(flood(FUTURE))
  const report = await scene.verify('orders', { store, expectVersion: first.sha256 })
  expect(report).toMatchObject({ verdict: 'PROVEN', newestKnown: 'yes' })
})

it('does not mind pointers that state an earlier time than the version has', async () => {
  scene.write('orders', { 'a.parquet': 'two' })
  const report = await scene.verify('orders', { store: add(flood(PAST)) })
  expect([report.verdict, answer(report, 'newest')]).toEqual(['PROVEN', 'pass'])
})

it('sees a newer version behind more unsigned ones than it reads of signed ones', async () => {
  const bytes = (await scene.store.get(first.path, { maxBytes: 1e6 })) ?? new Uint8Array()
  const statement = parseStatement(parseBundle(bytes).payload)
  const objects = new Map<string, Uint8Array>()
  const pointers = Array.from({ length: 1000 }, (_, note) => {
    const payload = serializeStatement({ ...statement, predicate: { ...statement.predicate, note } })
    const bundle = sha256Hex(payload)
    objects.set(attestationPath(first.sha256, bundle, 'intoto'), payload)
    return { subject: first.sha256, bundle, time: FUTURE }
  })
  expect((await scene.verify('orders', { store: add(pointers, objects) })).failure?.code).toBe('superseded')
})
