import { rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newSigner, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const FILES = { 'year=2025/a.parquet': 'alpha', 'year=2026/b.parquet': 'beta' }

it('names the file in which one byte was flipped', async () => {
  scene.write('orders', FILES)
  await scene.attest('orders')
  writeFileSync(scene.path('orders', 'year=2026/b.parquet'), 'bEta')
  const { verdict, level, failure } = await scene.verify('orders')
  expect([verdict, level, failure?.code]).toEqual(['NOT PROVEN', 0, 'data-altered'])
  expect(failure?.files).toEqual({ altered: ['year=2026/b.parquet'], missing: [], added: [], more: 0 })
  expect(failure?.message).toContain('altered: year=2026/b.parquet')
})

it('names a file that came in addition and one that is gone', async () => {
  scene.write('orders', FILES)
  await scene.attest('orders')
  scene.write('orders', { 'c.parquet': 'gamma' })
  rmSync(scene.path('orders', 'year=2025/a.parquet'))
  const { failure } = await scene.verify('orders')
  expect(failure?.files).toEqual({ altered: [], missing: ['year=2025/a.parquet'], added: ['c.parquet'], more: 0 })
})

it('names the altered one of more files than a statement lists', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 1001 }, (_, i) => [`part-${String(i).padStart(5, '0')}`, `${i}`]),
  )
  scene.write('wide', many)
  await scene.attest('wide')
  expect(await scene.verify('wide')).toMatchObject({ verdict: 'PROVEN', dataset: { files: 1001 } })
  writeFileSync(scene.path('wide', 'part-00777'), 'x')
  expect((await scene.verify('wide')).failure).toMatchObject({
    code: 'data-altered',
    files: { altered: ['part-00777'] },
  })
}, 60_000)

it('names a single file that was altered', async () => {
  scene.write('one.csv', 'x\n')
  await scene.attest('one.csv')
  writeFileSync(scene.path('one.csv'), 'y\n')
  expect((await scene.verify('one.csv')).failure).toMatchObject({
    code: 'data-altered',
    files: { altered: ['one.csv'] },
  })
})

it('refuses altered data that a stranger attested, and still names the file', async () => {
  scene.write('orders', FILES)
  await scene.attest('orders')
  writeFileSync(scene.path('orders', 'year=2026/b.parquet'), 'forged')
  const { signer } = await newSigner(scene.root, 'stranger.pem')
  await scene.attest('orders', { signer })
  const { verdict, failure, newestKnown } = await scene.verify('orders')
  expect([verdict, failure?.code]).toEqual(['NOT PROVEN', 'key-untrusted'])
  expect(failure?.files?.altered).toEqual(['year=2026/b.parquet'])
  expect(newestKnown).toBe('unknown')
})

it('refuses another dataset, validly attested, that was copied over this one', async () => {
  scene.write('orders', FILES)
  scene.write('customers', { 'a.parquet': 'ann' })
  await scene.attest('orders')
  await scene.attest('customers')
  rmSync(scene.path('orders'), { recursive: true })
  scene.write('orders', { 'a.parquet': 'ann' })
  const { verdict, level, failure } = await scene.verify('orders')
  expect([verdict, level, failure?.code]).toEqual(['NOT PROVEN', 0, 'name-mismatch'])
  expect(failure?.message).toContain('customers')
  expect(failure?.files).toMatchObject({ missing: Object.keys(FILES), added: ['a.parquet'] })
})

it('takes the attestation of this dataset where another has the same bytes', async () => {
  scene.write('orders', FILES)
  scene.write('copy', FILES)
  const orders = await scene.attest('orders')
  await scene.attest('copy')
  const { verdict, chain } = await scene.verify('orders')
  expect([verdict, chain[0]?.bundle]).toEqual(['PROVEN', orders.bundle])
})

it('compares with the newest signed version, not with an unsigned one that came later', async () => {
  scene.write('orders', FILES)
  await scene.attest('orders')
  scene.write('orders', { 'year=2025/a.parquet': 'planted' })
  await scene.attest('orders', { signer: undefined, timestampUrl: undefined })
  scene.write('orders', { ...FILES, 'year=2026/b.parquet': 'flipped' })
  expect((await scene.verify('orders')).failure?.files?.altered).toEqual(['year=2026/b.parquet'])
})

it('takes a copy under another name only where the caller says so', async () => {
  scene.write('customers', { 'a.parquet': 'ann' })
  scene.write('copy', { 'a.parquet': 'ann' })
  await scene.attest('customers')
  expect((await scene.verify('copy')).failure?.code).toBe('name-mismatch')
  expect((await scene.verify('copy', { insecureAnyName: true })).verdict).toBe('PROVEN')
  expect((await scene.verify('copy', { name: `dataset:file:${scene.path('customers')}` })).verdict).toBe('PROVEN')
})

it('does not take a later version of another dataset for one of this', async () => {
  scene.write('customers', { 'a.parquet': 'ann' })
  await scene.attest('customers')
  scene.write('orders', FILES)
  await scene.attest('orders')
  rmSync(scene.path('orders'), { recursive: true })
  scene.write('orders', { 'a.parquet': 'ann' })
  expect(await scene.verify('orders', { insecureAnyName: true })).toMatchObject({ verdict: 'PROVEN' })
})

it('writes out what nobody would see in a name', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('copy', { 'a.csv': 'a\n' })
  await scene.attest('raw', { name: 'dataset:shop.\u202esredro' })
  const { failure } = await scene.verify('copy')
  expect(failure?.message).toContain('shop.\\u{202e}sredro')
})

it('refuses an older version that was put back with its own attestation', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  const second = await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'one' })
  const { verdict, level, newestKnown, failure } = await scene.verify('orders')
  expect([verdict, level, newestKnown, failure?.code]).toEqual(['NOT PROVEN', 0, 'no', 'superseded'])
  expect(failure?.message).toContain(second.sha256)
})

it('knows a later version of the same place under its catalog name', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  await scene.attest('orders', { name: 'dataset:shop.sales.orders' })
  scene.write('orders', { 'a.parquet': 'one' })
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
})

it('takes content that returned and was attested again', async () => {
  for (const content of ['one', 'two', 'one']) {
    scene.write('orders', { 'a.parquet': content })
    await scene.attest('orders')
  }
  expect((await scene.verify('orders')).verdict).toBe('PROVEN')
})

it('takes the returned content’s own attestation, though the older one proves more', async () => {
  for (const [content, timestampUrl] of [
    ['one', scene.authority.url],
    ['two', scene.authority.url],
    ['one', undefined],
  ]) {
    scene.write('orders', { 'a.parquet': content ?? '' })
    await scene.attest('orders', { timestampUrl })
  }
  expect(await scene.verify('orders', { level: 1 })).toMatchObject({ verdict: 'PROVEN', level: 1 })
  expect(await scene.verify('orders')).toMatchObject({ verdict: 'NOT PROVEN', failure: { code: 'level-not-met' } })
})

it('is not told by an unsigned attestation that an older version is the newest', async () => {
  for (const content of ['one', 'two']) {
    scene.write('orders', { 'a.parquet': content })
    await scene.attest('orders')
  }
  scene.write('orders', { 'a.parquet': 'one' })
  await scene.attest('orders', { signer: undefined, timestampUrl: undefined })
  expect((await scene.verify('orders', { level: 1 })).failure?.code).toBe('superseded')
})
