import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openMemoryFile, type VersionMemory, verifyMember } from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readObject } from './copy-bundle.ts'
import { type Attested, openScene, type Scene } from './scene.ts'
import { stampAgain } from './stamp-again.ts'

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

  it.each([
    ['nobody timestamped', { timestampUrl: undefined }],
    ['were timestamped', {}],
  ])('is not followed by what lay before it, where the others %s', async (_what, others) => {
    await attest('one\n', others)
    await scene.verify('orders', asked())
    await attest('two\n', others)
    await scene.verify('orders', asked())
    const again = await attest('one\n', undated)
    expect((await scene.verify('orders', asked())).verdict).toBe('PROVEN')
    expect(await seen(again)).toContain(again.bundle)
    forget(again, await listPointers())
    scene.write('orders', { 'a.csv': 'two\n' })
    expect((await scene.verify('orders', { level: 1 })).verdict).toBe('PROVEN')
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

describe('an old signature that was timestamped again after a later version', () => {
  /** The first of two versions is there with a later timestamp, and what leads to the second is gone. */
  async function openStampedScene() {
    const one = await attest('one\n')
    const two = await attest('two\n')
    const objects = new Map<string, Uint8Array>()
    for (const path of [one.path, two.path, ...(await listPointers())]) objects.set(path, await readObject(scene, path))
    const restore = async ({ bundle }: Attested) => {
      for (const [path, bytes] of objects) if (path.includes(bundle)) await scene.store.put(path, bytes)
    }
    forget(two, await listPointers())
    scene.write('orders', { 'a.csv': 'one\n' })
    scene.advance(30)
    const again = await stampAgain(scene, one, { keep: false, first: true })
    return { one, two, again, restore }
  }

  it('makes this verifier forget no version that it saw later', async () => {
    const { one, two, restore } = await openStampedScene()
    const pointers = await listPointers()
    const bytes = await readObject(scene, one.path)
    forget(one, pointers)
    expect((await scene.verify('orders', { memory })).verdict).toBe('PROVEN')
    await scene.store.put(one.path, bytes)
    await restore(two)
    scene.write('orders', { 'a.csv': 'two\n' })
    expect((await scene.verify('orders', { memory })).failure?.message).toBeUndefined()
    forget(two, await listPointers())
    scene.write('orders', { 'a.csv': 'one\n' })
    expect((await scene.verify('orders', { memory })).failure?.code).toBe('rolled-back')
  })

  it('is not preferred to that signature with its own timestamp', async () => {
    const { one, again } = await openStampedScene()
    expect(again.bundle < one.bundle).toBe(true)
    expect((await scene.verify('orders')).chain[0]?.bundle).toBe(one.bundle)
  })

  it('keeps nobody from what follows it, when it is gone', async () => {
    const { one, two, again, restore } = await openStampedScene()
    const bytes = await readObject(scene, one.path)
    forget(one, await listPointers())
    expect((await scene.verify('orders', { memory })).verdict).toBe('PROVEN')
    expect(await seen(one)).toEqual([again.bundle])
    forget(again, await listPointers())
    await scene.store.put(one.path, bytes)
    await restore(two)
    scene.write('orders', { 'a.csv': 'two\n' })
    expect((await scene.verify('orders', { memory })).failure?.message).toBeUndefined()
  })

  it('keeps nobody from that signature itself, when it is gone', async () => {
    const { one, again } = await openStampedScene()
    const bytes = await readObject(scene, one.path)
    forget(one, await listPointers())
    expect((await scene.verify('orders', { memory })).verdict).toBe('PROVEN')
    forget(again, await listPointers())
    await scene.store.put(one.path, bytes)
    expect((await scene.verify('orders', { memory })).failure?.message).toBeUndefined()
  })
})

it('takes the same bytes attested later for later, however late the earlier ones were timestamped', async () => {
  const waiting = await attest('one\n', { timestampUrl: undefined })
  scene.advance(90)
  const one = await stampAgain(scene, waiting, { keep: false })
  const pointers = await listPointers()
  forget(waiting, pointers)
  expect((await scene.verify('orders', { memory })).verdict).toBe('PROVEN')
  const bytes = await readObject(scene, one.path)
  forget(one, pointers)
  scene.advance(-60)
  const two = await attest('one\n', { source: 'attested anew' })
  await scene.store.put(one.path, bytes)
  scene.advance(60)
  const report = await scene.verify('orders', { memory })
  expect(report).toMatchObject({ verdict: 'PROVEN', chain: [{ bundle: two.bundle }] })
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
