import { rmSync, writeFileSync } from 'node:fs'
import { digestDataset, renderManifest, type Statement, type TransformPredicate } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openScene, type Scene } from './scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const FILES = { 'year=2025/a.parquet': 'alpha', 'year=2026/b.parquet': 'beta' }

it('refuses a manifest that is not that of the data, and a list beside a good one', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', FILES)
  const raw = await scene.attest('raw')
  const found = await digestDataset(scene.path('out'))
  const listed = { name: 'year=2025/a.parquet', digest: { sha256: '0'.repeat(64) }, size: '5' }
  const codeOf = async (fields: object) => {
    const edit = ({ predicate: { files: _, ...predicate }, ...statement }: Statement<TransformPredicate>) => ({
      ...statement,
      predicate: { ...predicate, ...fields },
    })
    const { path } = await scene.transform('out', [raw], { edit })
    const { failure } = await scene.verify('out')
    rmSync(`${scene.root}/store/${path}`)
    return failure?.code
  }
  const manifest = { ref: 'manifests/x', digest: { sha256: found.sha256 }, entries: 2 }
  expect(await codeOf({ manifest })).toBeUndefined()
  expect(await codeOf({ manifest: { ...manifest, digest: { sha256: '0'.repeat(64) } } })).toBe('files-mismatch')
  expect(await codeOf({ manifest: { ...manifest, entries: 3 } })).toBe('files-mismatch')
  expect(await codeOf({ manifest, files: [listed] })).toBe('files-mismatch')
})

it('refuses a file that holds the manifest in place of the directory', async () => {
  scene.write('orders', FILES)
  await scene.attest('orders')
  const { files } = await digestDataset(scene.path('orders'))
  rmSync(scene.path('orders'), { recursive: true })
  writeFileSync(scene.path('orders'), renderManifest(files))
  expect((await scene.verify('orders')).failure?.code).toBe('kind-mismatch')
})

it('refuses a Merkle root that is not that of the data', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', FILES)
  const raw = await scene.attest('raw')
  await scene.transform('out', [raw], {
    edit: (statement) => ({
      ...statement,
      subject: statement.subject.map((subject) => ({
        ...subject,
        digest: { ...subject.digest, merkleRoot: '0'.repeat(64) },
      })),
    }),
  })
  expect((await scene.verify('out')).failure?.code).toBe('digest-mismatch')
})

it('refuses an attestation that lies under a digest which is not its subject', async () => {
  scene.write('orders', FILES)
  const orders = await scene.attest('orders')
  writeFileSync(scene.path('orders', 'year=2026/b.parquet'), 'altered')
  const { sha256 } = await digestDataset(scene.path('orders'))
  const bytes = await scene.store.get(orders.path, { maxBytes: 1e6 })
  await scene.store.put(`attestations/${sha256}/${orders.bundle}.sigstore.json`, bytes ?? new Uint8Array())
  const { failure } = await scene.verify('orders')
  expect([failure?.code, failure?.files?.altered]).toEqual(['digest-mismatch', ['year=2026/b.parquet']])
})

it('refuses the attestation of another file under the digest of this one', async () => {
  scene.write('one.csv', 'x\n')
  const one = await scene.attest('one.csv')
  scene.write('one.csv', 'y\n')
  const { sha256 } = await digestDataset(scene.path('one.csv'))
  const bytes = await scene.store.get(one.path, { maxBytes: 1e6 })
  await scene.store.put(`attestations/${sha256}/${one.bundle}.sigstore.json`, bytes ?? new Uint8Array())
  expect((await scene.verify('one.csv')).failure?.code).toBe('digest-mismatch')
})

it('refuses a list of files beside one file, and a manifest that the file would be', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const raw = await scene.attest('raw')
  scene.write('one.csv', 'x\n')
  const { sha256 } = await digestDataset(scene.path('one.csv'))
  const codeOf = async (fields: object) => {
    const { path } = await scene.transform('one.csv', [raw], {
      edit: (statement) => ({ ...statement, predicate: { ...statement.predicate, ...fields } }),
    })
    const { failure } = await scene.verify('one.csv')
    rmSync(`${scene.root}/store/${path}`)
    return failure?.code
  }
  expect(await codeOf({})).toBeUndefined()
  expect(await codeOf({ files: [{ name: 'one.csv', digest: { sha256 }, size: '2' }] })).toBeUndefined()
  expect(await codeOf({ files: [{ name: 'two.csv', digest: { sha256: raw.sha256 } }] })).toBe('files-mismatch')
  expect(await codeOf({ manifest: { ref: 'manifests/x', digest: { sha256 }, entries: 1 } })).toBe('files-mismatch')
})

it('refuses a list of files that is not that of the data', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', FILES)
  const raw = await scene.attest('raw')
  const listed = { name: 'year=2025/a.parquet', digest: { sha256: '0'.repeat(64) }, size: '5' }
  await scene.transform('out', [raw], {
    edit: (statement) => ({ ...statement, predicate: { ...statement.predicate, files: [listed] } }),
  })
  expect((await scene.verify('out')).failure?.code).toBe('files-mismatch')
})

it('refuses a statement about two datasets at once', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', FILES)
  const raw = await scene.attest('raw')
  await scene.transform('out', [raw], {
    edit: (statement) => ({ ...statement, subject: [...statement.subject, ...statement.subject] }),
  })
  expect((await scene.verify('out')).failure?.code).toBe('statement-invalid')
})

it('refuses a predicate that does not say where data comes from', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  scene.write('out', FILES)
  const raw = await scene.attest('raw')
  await scene.transform('out', [raw], {
    edit: (statement) => ({ ...statement, predicateType: 'https://example.org/approval/v1' }),
  })
  expect((await scene.verify('out')).failure?.code).toBe('predicate-type')
})
