import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openMemoryFile, type VersionMemory, verifyMember } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Attested, openScene, type Scene } from './scene.ts'

let scene: Scene
let memory: VersionMemory
beforeEach(async () => {
  scene = await openScene()
  memory = openMemoryFile(join(scene.root, 'seen'))
})
afterEach(() => scene.close())

async function attest(text: string, changes: Parameters<Scene['attest']>[1] = {}): Promise<Attested> {
  scene.write('orders', { 'a.csv': text })
  return scene.attest('orders', changes)
}

/** What who can write to the store can do: the attestation and all that leads to it are gone. */
function forget({ bundle, path }: Attested, pointers: readonly string[]): void {
  for (const gone of [path, ...pointers.filter((pointer) => pointer.endsWith(bundle))])
    rmSync(`${scene.root}/store/${gone}`)
}

async function listPointers(): Promise<string[]> {
  const found = []
  for await (const { path } of scene.store.list('names/')) found.push(path)
  return found
}

const seen = async ({ name }: Attested) => (await memory.recall([name])).map(({ bundle }) => bundle)

describe('a newer attestation that was deleted', () => {
  it('is missed only by who remembers it', async () => {
    await attest('one\n')
    const two = await attest('two\n')
    expect((await scene.verify('orders', { memory })).verdict).toBe('PROVEN')
    forget(two, await listPointers())
    scene.write('orders', { 'a.csv': 'one\n' })
    const without = await scene.verify('orders')
    expect(without).toMatchObject({ verdict: 'PROVEN', newestKnown: 'unknown' })
    const report = await scene.verify('orders', { memory })
    expect(report).toMatchObject({
      verdict: 'NOT PROVEN',
      level: 0,
      newestKnown: 'no',
      failure: { code: 'rolled-back' },
    })
    expect(report.failure?.message).toContain(`you have seen version ${two.sha256}`)
  })

  it('is missed by who verifies one file of the set too', async () => {
    await attest('one\n')
    const two = await attest('two\n')
    await scene.verify('orders', { memory })
    forget(two, await listPointers())
    scene.write('orders', { 'a.csv': 'one\n' })
    const { store, trust } = scene
    const at = new Date(scene.now().getTime() + 60_000)
    const report = await verifyMember(scene.path('orders/a.csv'), scene.path('orders'), { store, trust, at, memory })
    expect(report).toMatchObject({ newestKnown: 'no', failure: { code: 'rolled-back' } })
  })
})

describe('what this verifier saw proven', () => {
  it('may be followed by what was made after it, seen one by one or not', async () => {
    await attest('one\n')
    await scene.verify('orders', { memory })
    await attest('two\n')
    await attest('three\n')
    expect((await scene.verify('orders', { memory })).verdict).toBe('PROVEN')
  })

  it('is proven again, and written down once', async () => {
    const one = await attest('one\n')
    for (let i = 0; i < 3; i++) expect((await scene.verify('orders', { memory })).verdict).toBe('PROVEN')
    expect(await seen(one)).toEqual([one.bundle])
  })

  it('is not followed by a younger one that does not come from it', async () => {
    const one = await attest('one\n')
    await scene.verify('orders', { memory })
    forget(one, await listPointers())
    const anew = await attest('two\n')
    expect((await scene.verify('orders')).verdict).toBe('PROVEN')
    const report = await scene.verify('orders', { memory })
    expect(report).toMatchObject({ newestKnown: 'no', failure: { code: 'rolled-back' } })
    expect(report.failure?.message).toContain('this one does not come after it')
    expect(await seen(anew)).toEqual([one.bundle])
  })

  it('is not followed where the links between are gone', async () => {
    await attest('one\n')
    await scene.verify('orders', { memory })
    const two = await attest('two\n')
    await attest('three\n')
    forget(two, await listPointers())
    expect((await scene.verify('orders', { memory })).failure?.code).toBe('rolled-back')
  })

  it('may be attested again with the same bytes', async () => {
    const one = await attest('one\n')
    await scene.verify('orders', { memory })
    forget(one, await listPointers())
    await attest('one\n', { source: 'attested anew' })
    expect((await scene.verify('orders', { memory })).verdict).toBe('PROVEN')
  })

  it('is not proven by an attestation from before with the same bytes', async () => {
    await attest('one\n')
    const two = await attest('two\n')
    const again = await attest('one\n')
    await scene.verify('orders', { memory })
    const pointers = await listPointers()
    forget(again, pointers)
    forget(two, pointers)
    expect((await scene.verify('orders')).verdict).toBe('PROVEN')
    expect((await scene.verify('orders', { memory })).failure?.code).toBe('rolled-back')
  })

  it('says nothing about another dataset', async () => {
    await attest('one\n')
    await scene.verify('orders', { memory })
    scene.write('customers', { 'a.csv': 'ann\n' })
    await scene.attest('customers')
    expect((await scene.verify('customers', { memory })).verdict).toBe('PROVEN')
  })

  it('is remembered under each name that it has', async () => {
    await attest('one\n', { name: 'dataset:shop.orders' })
    const two = await attest('two\n', { name: 'dataset:shop.orders' })
    await scene.verify('orders', { memory })
    forget(two, await listPointers())
    scene.write('orders', { 'a.csv': 'one\n' })
    expect((await scene.verify('orders', { name: 'shop.orders' })).verdict).toBe('PROVEN')
    expect((await scene.verify('orders', { name: 'shop.orders', memory })).failure?.code).toBe('rolled-back')
  })
})

describe('a version that was seen without a timestamp', () => {
  const asked = () => ({ memory, level: 1 }) as const
  const undated = { timestampUrl: undefined }

  it('is not forgotten for the older one that has one', async () => {
    const one = await attest('one\n')
    await scene.verify('orders', asked())
    const two = await attest('two\n', undated)
    for (let i = 0; i < 3; i++) expect((await scene.verify('orders', asked())).verdict).toBe('PROVEN')
    expect(await seen(two)).toEqual([one.bundle, two.bundle])
    forget(two, await listPointers())
    scene.write('orders', { 'a.csv': 'one\n' })
    expect((await scene.verify('orders', { level: 1 })).verdict).toBe('PROVEN')
    const report = await scene.verify('orders', asked())
    expect(report).toMatchObject({ level: 0, newestKnown: 'no', failure: { code: 'rolled-back' } })
    expect(report.failure?.message).toContain(`you have seen version ${two.sha256} proven; this one does not come`)
    expect(await seen(two)).toEqual([one.bundle, two.bundle])
  })

  it('is not forgotten for an older one that has none either', async () => {
    await attest('one\n', undated)
    await scene.verify('orders', asked())
    const two = await attest('two\n', undated)
    await scene.verify('orders', asked())
    forget(two, await listPointers())
    scene.write('orders', { 'a.csv': 'one\n' })
    expect((await scene.verify('orders', asked())).failure?.code).toBe('rolled-back')
  })

  it('lets nothing come between it and the one with a timestamp', async () => {
    await attest('zero\n')
    const one = await attest('one\n')
    await scene.verify('orders', asked())
    const two = await attest('zero\n', undated)
    await scene.verify('orders', asked())
    const pointers = await listPointers()
    for (const gone of [one, two]) forget(gone, pointers)
    expect((await scene.verify('orders', { level: 1 })).verdict).toBe('PROVEN')
    expect((await scene.verify('orders', asked())).failure?.code).toBe('rolled-back')
  })

  it('may be followed by what was made after it, with a timestamp or not', async () => {
    await attest('one\n')
    await scene.verify('orders', asked())
    await attest('two\n', undated)
    await scene.verify('orders', asked())
    for (const [text, changes] of [
      ['three\n', undated],
      ['four\n', {}],
      ['five\n', {}],
    ] as const) {
      await attest(text, changes)
      expect((await scene.verify('orders', asked())).verdict).toBe('PROVEN')
    }
  })
})

it('remembers nothing that was not proven', async () => {
  const one = await attest('one\n')
  await scene.verify('orders', { memory, level: 3 })
  await scene.verify('orders', { memory, expectVersion: '0'.repeat(64) })
  scene.write('orders', { 'a.csv': 'altered\n' })
  await scene.verify('orders', { memory })
  expect(await seen(one)).toEqual([])
})

it('does not let an earlier line that was written later bring an old version back', async () => {
  await attest('one\n')
  const one = (await scene.verify('orders')).chain[0]
  const two = await attest('two\n')
  await scene.verify('orders', { memory })
  const slow = {
    name: two.name,
    subject: one?.sha256 ?? '',
    bundle: one?.bundle ?? '',
    time: Date.parse(one?.time ?? ''),
  }
  await memory.remember([slow])
  forget(two, await listPointers())
  scene.write('orders', { 'a.csv': 'one\n' })
  expect((await scene.verify('orders', { memory })).failure?.code).toBe('rolled-back')
})
