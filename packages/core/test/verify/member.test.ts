import { rmSync, writeFileSync } from 'node:fs'
import {
  canonicalize,
  compressGzip,
  decodeHex,
  encodeUtf8,
  type Statement,
  type VerifyMemberOptions,
  verifyInclusion,
  verifyMember,
} from '@makoto/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { attestationPath, pointerPath } from '../../src/store/layout.ts'
import { copyWithoutTimestamp } from './copy-bundle.ts'
import { answer, newSigner, openScene, requirement, type Scene } from './scene.ts'
import { stampAgain } from './stamp-again.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

const ORDERS = { 'a.csv': 'a\n', 'b.csv': 'b\n', 'year=2026/c.csv': 'c\n' }

function verify(file: string, dataset: string, options: Partial<VerifyMemberOptions> = {}) {
  const at = new Date(scene.now().getTime() + 60_000)
  return verifyMember(scene.path(file), scene.path(dataset), { store: scene.store, trust: scene.trust, at, ...options })
}

describe('one file of a set', () => {
  it('is proven without the others, which need not be there', async () => {
    scene.write('orders', ORDERS)
    const { sha256 } = await scene.attest('orders')
    rmSync(scene.path('orders/a.csv'))
    writeFileSync(scene.path('orders/b.csv'), 'somebody changed it')
    const report = await verify('orders/year=2026/c.csv', 'orders')
    expect(report).toMatchObject({
      verdict: 'PROVEN',
      level: 2,
      dataset: { kind: 'files', sha256, files: 1, bytes: '2', member: { path: 'year=2026/c.csv', index: 2, files: 3 } },
    })
    expect(report.checks.find(({ id }) => id === 'data')?.detail).toMatch(
      /^this file only: .* 2 other files of the set not read$/,
    )
  })

  it('comes with a proof that anybody can check', async () => {
    scene.write('orders', ORDERS)
    await scene.attest('orders')
    const { member } = (await verify('orders/b.csv', 'orders')).dataset
    expect(member).toBeDefined()
    const { path, sha256, index, files, merkleRoot, proof } = member ?? {
      path: '',
      sha256: '',
      index: 0,
      files: 1,
      merkleRoot: '',
      proof: [],
    }
    const claim = {
      leaf: encodeUtf8(`${sha256}  ${path}`),
      index,
      size: files,
      proof: proof.map(decodeHex),
      root: decodeHex(merkleRoot),
    }
    expect(verifyInclusion(claim)).toBe(true)
    expect(verifyInclusion({ ...claim, index: 0 })).toBe(false)
  })

  it('is proven with the chain behind its set', async () => {
    scene.write('raw', { 'r.csv': 'r\n' })
    scene.write('orders', ORDERS)
    const raw = await scene.attest('raw')
    await scene.transform('orders', [raw])
    expect((await verify('orders/a.csv', 'orders')).chain.map(({ depth }) => depth)).toEqual([0, 1])
    rmSync(`${scene.root}/store/${raw.path}`)
    expect(await verify('orders/a.csv', 'orders')).toMatchObject({ verdict: 'NOT PROVEN', level: 1 })
  })

  it('may lie elsewhere, if its path in the set is named', async () => {
    scene.write('orders', ORDERS)
    await scene.attest('orders')
    scene.write('copy.csv', 'b\n')
    await expect(verify('copy.csv', 'orders')).rejects.toMatchObject({ code: 'options-invalid' })
    expect((await verify('copy.csv', 'orders', { path: 'b.csv' })).verdict).toBe('PROVEN')
  })

  it('is found where the list is a manifest in the store', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1001 }, (_, i) => [`${String(i).padStart(4, '0')}.csv`, `${i}\n`]),
    )
    scene.write('orders', many)
    const { sha256 } = await scene.attest('orders')
    expect((await verify('orders/0700.csv', 'orders')).dataset.member).toMatchObject({ index: 700, files: 1001 })
    const manifest = `${scene.root}/store/manifests/${sha256}.sha256sums.gz`
    rmSync(manifest)
    const without = await verify('orders/0700.csv', 'orders')
    expect(without).toMatchObject({ verdict: 'NOT PROVEN', level: 0 })
    expect(requirement(without, 'L2.V.10')).toBe('skipped')
    writeFileSync(manifest, compressGzip(encodeUtf8(`${'0'.repeat(64)}  0700.csv\n`)))
    expect(await verify('orders/0700.csv', 'orders')).toMatchObject({ verdict: 'NOT PROVEN', level: 0 })
  })

  it('is scanned as a whole dataset is', async () => {
    scene.write('orders', { ...ORDERS, 'a.csv': 'a\u202e\n' })
    await scene.attest('orders')
    expect((await verify('orders/a.csv', 'orders', { rendering: 'fail' })).failure?.code).toBe('rendering-refused')
    expect((await verify('orders/b.csv', 'orders', { rendering: 'fail' })).verdict).toBe('PROVEN')
  })
})

describe('is refused', () => {
  it('a file of another dataset', async () => {
    scene.write('orders', ORDERS)
    scene.write('customers', { 'a.csv': 'ann\n' })
    await scene.attest('orders')
    await scene.attest('customers')
    const report = await verify('customers/a.csv', 'orders', { path: 'a.csv' })
    expect(report).toMatchObject({ verdict: 'NOT PROVEN', level: 0, failure: { code: 'digest-mismatch' } })
  })

  it('a file of the set under the path of another', async () => {
    scene.write('orders', ORDERS)
    await scene.attest('orders')
    expect((await verify('orders/a.csv', 'orders', { path: 'b.csv' })).failure?.code).toBe('digest-mismatch')
  })

  it('a file that is not in the set', async () => {
    scene.write('orders', ORDERS)
    await scene.attest('orders')
    scene.write('orders', { 'new.csv': 'a\n' })
    expect((await verify('orders/new.csv', 'orders')).failure?.code).toBe('not-a-member')
  })

  it('a file that changed', async () => {
    scene.write('orders', ORDERS)
    await scene.attest('orders')
    scene.write('orders', { 'a.csv': 'A\n' })
    expect((await verify('orders/a.csv', 'orders')).failure?.code).toBe('digest-mismatch')
  })

  it('a file that only an older version holds', async () => {
    scene.write('orders', ORDERS)
    const first = await scene.attest('orders')
    scene.write('orders', { 'a.csv': 'A\n' })
    await scene.attest('orders')
    scene.write('orders', { 'a.csv': 'a\n' })
    expect((await verify('orders/a.csv', 'orders')).failure?.code).toBe('digest-mismatch')
    expect((await verify('orders/a.csv', 'orders', { expectVersion: first.sha256 })).failure?.code).toBe('superseded')
  })

  it('a single file that passes for a set', async () => {
    scene.write('orders', 'a\n')
    await scene.attest('orders')
    scene.write('lake.csv', 'a\n')
    const report = await verify('lake.csv', 'orders', { path: 'orders' })
    expect(report.failure?.code).toBe('kind-mismatch')
  })

  it('a manifest that was attested as a file, for the set that it lists', async () => {
    scene.write('orders', `${'0'.repeat(64)}  a.csv\n`)
    const { sha256 } = await scene.attest('orders')
    await scene.store.put(`manifests/${sha256}.sha256sums.gz`, compressGzip(encodeUtf8(`${'0'.repeat(64)}  a.csv\n`)))
    scene.write('a.csv', 'a\n')
    expect((await verify('a.csv', 'orders', { path: 'a.csv' })).failure?.code).toBe('kind-mismatch')
  })

  it('a list of files that does not give the digest of the set', async () => {
    scene.write('raw', { 'r.csv': 'r\n' })
    scene.write('orders', ORDERS)
    scene.write('forged.csv', 'forged\n')
    const raw = await scene.attest('raw')
    const forged = await scene.attest('forged.csv')
    await scene.transform('orders', [raw], {
      edit: (statement) => ({
        ...statement,
        predicate: { ...statement.predicate, files: [{ name: 'a.csv', digest: { sha256: forged.sha256 } }] },
      }),
    })
    expect((await verify('forged.csv', 'orders', { path: 'a.csv' })).failure?.code).toBe('files-mismatch')
  })

  it('a Merkle root that is not that of the list', async () => {
    scene.write('raw', { 'r.csv': 'r\n' })
    scene.write('orders', ORDERS)
    const raw = await scene.attest('raw')
    await scene.transform('orders', [raw], {
      edit: ({ subject: [subject], ...statement }) => ({
        ...statement,
        subject: subject ? [{ ...subject, digest: { ...subject.digest, merkleRoot: '0'.repeat(64) } }] : [],
      }),
    })
    expect((await verify('orders/a.csv', 'orders')).failure?.code).toBe('digest-mismatch')
  })

  it('a set that a stranger signed', async () => {
    scene.write('orders', ORDERS)
    const { signer } = await newSigner(scene.root, 'stranger.pem')
    await scene.attest('orders', { signer })
    const report = await verify('orders/a.csv', 'orders')
    expect(report).toMatchObject({ verdict: 'NOT PROVEN', failure: { code: 'no-attestation' } })
  })

  it.each(['../orders/a.csv', '/a.csv', 'x/../a.csv', './a.csv', 'a\\b', 'a\nb', 'a\0', ''])(
    'the path %j',
    async (path) => {
      scene.write('orders', ORDERS)
      await scene.attest('orders')
      await expect(verify('orders/a.csv', 'orders', { path })).rejects.toMatchObject({ code: 'path-invalid' })
    },
  )

  it.each([
    ['case', 'A.csv'],
    ['normalisation', 'e\u0301.csv'],
    ['a compatibility form', 'ﬁ.csv'],
    ['an invisible character', 'a\u200b.csv'],
  ])('a path that another file system would take for the attested one: %s', async (_what, path) => {
    scene.write('orders', { 'a.csv': 'x\n', '\u00e9.csv': 'x\n', 'fi.csv': 'x\n' })
    await scene.attest('orders')
    scene.write('copy.csv', 'x\n')
    expect((await verify('copy.csv', 'orders', { path })).failure?.code).toBe('not-a-member')
  })

  it('a directory for a file', async () => {
    scene.write('orders', ORDERS)
    await scene.attest('orders')
    await expect(verify('orders/year=2026', 'orders')).rejects.toMatchObject({ code: 'special-file' })
  })
})

it('asks for the newest version as a whole dataset does', async () => {
  scene.write('orders', ORDERS)
  const { sha256 } = await scene.attest('orders')
  expect((await verify('orders/a.csv', 'orders', { expectVersion: sha256 })).newestKnown).toBe('yes')
  const other = await verify('orders/a.csv', 'orders', { expectVersion: '0'.repeat(64) })
  expect(other.failure?.code).toBe('version-unexpected')
  expect(answer(await verify('orders/a.csv', 'orders', { maxAgeMs: 1 }), 'freshness')).toBe('fail')
})

it('is not disturbed by a copy of the attestation without its timestamp, or with one of today', async () => {
  scene.write('orders', ORDERS)
  const attested = await scene.attest('orders')
  const copy = await copyWithoutTimestamp(scene, attested.path, attested.bundle)
  const hint = { ...attested, subject: attested.sha256, bundle: copy.bundle, time: scene.now().toISOString() }
  await scene.store.put(attestationPath(attested.sha256, copy.bundle, 'sigstore'), copy.bytes)
  await scene.store.put(pointerPath(hint), canonicalize({ ...hint }))
  scene.advance(60 * 24 * 8)
  await stampAgain(scene, attested, { keep: false, first: true })
  for (const expectVersion of [undefined, attested.sha256])
    expect((await verify('orders/b.csv', 'orders', { expectVersion })).failure?.message).toBeUndefined()
})

it('of a table is refused where a later version is known under its other name', async () => {
  const named = (uri: string) => ({
    edit: <S extends Statement<object>>(statement: S) => ({
      ...statement,
      subject: statement.subject.map((subject) => ({ ...subject, name: 'dataset:catalog.orders', uri })),
    }),
  })
  scene.write('raw', { 'r.csv': 'r\n' })
  scene.write('orders', ORDERS)
  scene.write('moved', { ...ORDERS, 'd.csv': 'd\n' })
  const raw = await scene.attest('raw')
  const { sha256, bundle } = await scene.transform('orders', [raw], named(`file:${scene.path('orders')}`))
  const name = `dataset:file:${scene.path('orders')}`
  const pointer = { name, subject: sha256, bundle, time: scene.now().toISOString() }
  await scene.store.put(pointerPath(pointer), canonicalize(pointer))
  expect(await verify('orders/a.csv', 'orders')).toMatchObject({ verdict: 'PROVEN' })
  await scene.transform('moved', [raw], named(`file:${scene.path('moved')}`))
  expect((await scene.verify('orders')).failure?.code).toBe('superseded')
  expect((await verify('orders/a.csv', 'orders')).failure?.code).toBe('superseded')
})

it('comes with a proof of its own line, whatever order the statement lists the files in', async () => {
  scene.write('raw', { 'r.csv': 'r\n' })
  scene.write('orders', ORDERS)
  await scene.transform('orders', [await scene.attest('raw')], {
    edit: (statement) => ({
      ...statement,
      predicate: { ...statement.predicate, files: statement.predicate.files?.toReversed() },
    }),
  })
  const { member } = (await verify('orders/a.csv', 'orders')).dataset
  expect(member).toMatchObject({ path: 'a.csv', index: 0 })
  const { index = -1, files = 0, sha256 = '', merkleRoot = '', proof = [] } = member ?? {}
  const [leaf, root] = [encodeUtf8(`${sha256}  a.csv`), decodeHex(merkleRoot)]
  expect(verifyInclusion({ leaf, index, size: files, proof: proof.map(decodeHex), root })).toBe(true)
})
