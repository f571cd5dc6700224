import { rmSync } from 'node:fs'
import { canonicalize, digestDataset, encodeUtf8, sha256Hex } from '@makoto/core'
import { startTimestampAuthority } from '@makoto/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pointerPath, pointersPrefix } from '../../src/store/layout.ts'
import { newSigner, openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

async function plantPointer(name: string, subject: string, bundle: string, time: string) {
  const pointer = { name, subject, bundle, time }
  await scene.store.put(pointerPath(pointer), canonicalize(pointer))
}

it('is not led away by pointers to nothing, to another dataset, or to a forgery', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  scene.write('customers', { 'a.parquet': 'ann' })
  const orders = await scene.attest('orders')
  const customers = await scene.attest('customers')
  const { signer } = await newSigner(scene.root, 'stranger.pem')
  scene.write('orders', { 'a.parquet': 'forged' })
  await scene.attest('orders', { signer })
  scene.write('orders', { 'a.parquet': 'one' })
  await plantPointer(orders.name, 'f'.repeat(64), 'e'.repeat(64), '2026-12-24T00:00:00.000Z')
  await plantPointer(orders.name, customers.sha256, customers.bundle, '2026-12-24T00:00:00.000Z')
  await scene.store.put(`${pointersPrefix(orders.name)}garbage`, encodeUtf8('garbage'))
  expect(await scene.verify('orders')).toMatchObject({ verdict: 'PROVEN', newestKnown: 'unknown' })
})

it('still sees the later version where a pointer calls the older one newer', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  const first = await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'one' })
  await plantPointer(first.name, first.sha256, first.bundle, '2026-12-24T00:00:00.000Z')
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
})

/** Says that its work was done long ago, and nothing proves when it was signed: only `previous` gives it a place. */
const undated = { timestampUrl: undefined, collectedOn: new Date('2026-11-01T00:00:00.000Z') }

it('follows previous where the pointers in between are gone and the times say nothing', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  const { name } = await scene.attest('orders')
  for (const content of ['two', 'three']) {
    scene.write('orders', { 'a.parquet': content })
    await scene.attest('orders', undated)
  }
  const pointers = []
  for await (const { path } of scene.store.list(pointersPrefix(name))) pointers.push(path)
  for (const pointer of pointers.sort().slice(0, 2)) rmSync(`${scene.root}/store/${pointer}`)
  scene.write('orders', { 'a.parquet': 'one' })
  expect(pointers).toHaveLength(3)
  expect((await scene.verify('orders')).newestKnown).toBe('no')
})

it('sees that a version was superseded, whichever of its two bundles the next one names', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const raw = await scene.attest('raw')
  scene.write('out', { 'b.parquet': 'b' })
  const once = { run: 'run-1', execution: '7' }
  for (const twin of [await scene.transform('out', [raw], once), await scene.transform('out', [raw], once)]) {
    scene.write('out', { 'b.parquet': twin.bundle })
    const previous = { sha256: twin.sha256, attestationDigest: { sha256: twin.bundle } }
    const metadata = { finishedOn: '2026-11-01T00:00:00.000Z' }
    const next = await scene.transform('out', [raw], { previous, timestamp: false, predicate: { metadata } })
    scene.write('out', { 'b.parquet': 'b' })
    expect((await scene.verify('out')).failure?.code).toBe('superseded')
    rmSync(`${scene.root}/store/${next.path}`)
  }
})

it('is not superseded by the version that it was made after, whatever the clocks say', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const raw = await scene.attest('raw')
  scene.write('out', { 'b.parquet': 'one' })
  scene.advance(60)
  const one = await scene.transform('out', [raw])
  scene.advance(-30)
  scene.write('out', { 'b.parquet': 'two' })
  await scene.transform('out', [raw], { previous: { sha256: one.sha256, attestationDigest: { sha256: one.bundle } } })
  scene.advance(60)
  expect((await scene.verify('out')).verdict).toBe('PROVEN')
})

it('counts a later signed version that was attested without knowing of this one', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  scene.write('raw', { 'a.csv': 'a\n' })
  const raw = await scene.attest('raw')
  await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  await scene.transform('orders', [raw])
  scene.write('orders', { 'a.parquet': 'one' })
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
})

it('reports a fork, and refuses neither side', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const raw = await scene.attest('raw')
  scene.write('orders', { 'a.parquet': 'zero' })
  const zero = await scene.attest('orders')
  const previous = { sha256: zero.sha256, attestationDigest: { sha256: zero.bundle } }
  scene.write('orders', { 'a.parquet': 'right' })
  const right = { previous, run: 'right', execution: '1' }
  scene.write('orders', { 'a.parquet': 'left' })
  await scene.transform('orders', [raw], { previous, run: 'left', execution: '1' })
  scene.write('orders', { 'a.parquet': 'right' })
  await scene.transform('orders', [raw], right)
  for (const content of ['left', 'right']) {
    scene.write('orders', { 'a.parquet': content })
    const { verdict, checks } = await scene.verify('orders')
    expect(verdict).toBe('PROVEN')
    expect(checks.find(({ id }) => id === 'newest')?.detail).toContain(
      '1 other version made from the same previous one',
    )
  }
})

it('counts nothing unsigned against what is signed', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  const one = await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  const previous = { sha256: one.sha256, attestationDigest: { sha256: one.bundle } }
  await scene.transform('orders', [one], { previous, signer: null })
  scene.write('orders', { 'a.parquet': 'one' })
  expect((await scene.verify('orders')).verdict).toBe('PROVEN')
})

it('does not count a later version whose timestamp is of an authority that nobody trusts', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  const authority = await startTimestampAuthority({ time: scene.now })
  await scene.attest('orders', { timestampUrl: authority.url, trust: undefined })
  await authority.close()
  scene.write('orders', { 'a.parquet': 'one' })
  expect(await scene.verify('orders')).toMatchObject({ verdict: 'PROVEN', newestKnown: 'unknown' })
})

it('reads no index: one that lies changes nothing', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  const { name } = await scene.attest('orders')
  scene.write('orders', { 'a.parquet': 'two' })
  const { sha256, files } = await digestDataset(scene.path('orders'))
  const lie = canonicalize({ name, subject: sha256, files: files.map(({ path }) => ({ path, sha256 })) })
  await scene.store.put(`indexes/${pointersPrefix(name).split('/')[1]}/${sha256}_${sha256}.json`, lie)
  expect((await scene.verify('orders')).failure).toMatchObject({
    code: 'data-altered',
    files: { altered: ['a.parquet'] },
  })
})

it('passes over rubbish beside a good attestation', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  const { sha256 } = await scene.attest('orders')
  const rubbish = encodeUtf8('rubbish')
  await scene.store.put(`attestations/${sha256}/${sha256Hex(rubbish)}.sigstore.json`, rubbish)
  await scene.store.put(`attestations/${sha256}/${'0'.repeat(64)}.sigstore.json`, rubbish)
  await scene.store.put(`attestations/${sha256}/README`, rubbish)
  expect((await scene.verify('orders')).verdict).toBe('PROVEN')
})

it('says that a bundle is not the one that its name says', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  const { sha256, path, bundle } = await scene.attest('orders')
  const bytes = await scene.store.get(path, { maxBytes: 1e6 })
  rmSync(`${scene.root}/store/${path}`)
  await scene.store.put(path.replace(bundle, sha256), bytes ?? new Uint8Array())
  expect((await scene.verify('orders')).failure?.code).toBe('bundle-misplaced')
})

it('says that it was flooded, where no good attestation is among what it read', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  const { sha256 } = await digestDataset(scene.path('orders'))
  const flood = async function* (prefix: string) {
    if (prefix.startsWith('names/')) return
    for (let i = 0; i < 5000; i++) yield { path: `${prefix}${String(i).padStart(64, '0')}.sigstore.json`, size: 1 }
  }
  let reads = 0
  const get = async () => {
    reads++
    return encodeUtf8('rubbish')
  }
  const { failure } = await scene.verify('orders', { store: { ...scene.store, list: flood, get } })
  expect([failure?.code, reads]).toEqual(['too-many-attestations', 1000])
  expect(failure?.message).toContain(sha256)
})

it('takes two bundles of one identity for one attestation', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', { 'b.parquet': 'b' })
  const raw = await scene.attest('raw')
  const previous = { sha256: raw.sha256, attestationDigest: { sha256: raw.bundle } }
  const twice = { run: 'run-1', execution: '7', previous }
  const first = await scene.transform('out', [raw], twice)
  const second = await scene.transform('out', [raw], twice)
  expect(first.bundle).not.toBe(second.bundle)
  const report = await scene.verify('out')
  expect(report.verdict).toBe('PROVEN')
  expect(report.checks.find(({ id }) => id === 'newest')?.detail).not.toContain('fork')
  expect(report.chain.filter(({ depth }) => depth === 0)).toHaveLength(1)
})

it('prefers the signed attestation to an unsigned one beside it', async () => {
  scene.write('orders', { 'a.parquet': 'one' })
  await scene.attest('orders')
  scene.advance(1)
  await scene.attest('orders', { signer: undefined, timestampUrl: undefined })
  expect(await scene.verify('orders')).toMatchObject({ verdict: 'PROVEN', level: 2 })
})
