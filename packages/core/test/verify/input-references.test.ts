import { digestFile, digestManifest, type TransformInput } from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Attested, changed, openScene, type Scene } from './scene.ts'

let scene: Scene
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', { 'a.csv': 'alpha\n', 'b.csv': 'beta\n' })
  scene.write('out', { 'x.parquet': 'x' })
  raw = await scene.attest('raw')
})
afterEach(() => scene.close())

async function verdictOf(change: Partial<TransformInput>) {
  await scene.transform('out', [raw], { inputs: changed(change) })
  const { verdict, level, failure } = await scene.verify('out')
  return { verdict, level, code: failure?.code }
}

const refused = (code: string) => ({ verdict: 'NOT PROVEN', level: 0, code })

for (const [what, reference] of Object.entries({
  'a URL': (path: string) => `https://example.org/${path}`,
  'an absolute path': (path: string) => `/${path}`,
  'a path that leaves the store': (path: string) => `../store/${path}`,
  'a path with .. in it': (path: string) => path.replace('/', '/../attestations/'),
  'another place in the store': (path: string) => path.replace('attestations', 'elsewhere'),
}))
  it(`refuses a reference that is ${what}`, async () => {
    expect(await verdictOf({ attestationRef: reference(raw.path) })).toEqual(refused('reference-invalid'))
  })

it('refuses a reference whose digests are those of another place', async () => {
  scene.write('other', { 'c.csv': 'gamma\n' })
  const other = await scene.attest('other')
  expect(await verdictOf({ attestationRef: other.path })).toEqual(refused('reference-invalid'))
})

it('refuses a reference to the right bundle in the wrong place', async () => {
  const bytes = await scene.store.get(raw.path, { maxBytes: 1e6 })
  const elsewhere = raw.path.replace(raw.sha256, '0'.repeat(64))
  await scene.store.put(elsewhere, bytes ?? new Uint8Array())
  expect(await verdictOf({ attestationRef: elsewhere })).toEqual(refused('reference-invalid'))
})

it('refuses an input whose attestation was swapped for one of another version', async () => {
  scene.write('other', { 'c.csv': 'gamma\n' })
  const other = await scene.attest('other')
  const swapped = raw.path.replace(raw.bundle, other.bundle)
  const bytes = await scene.store.get(other.path, { maxBytes: 1e6 })
  await scene.store.put(swapped, bytes ?? new Uint8Array())
  const change = { attestationRef: swapped, attestationDigest: { sha256: other.bundle } }
  expect(await verdictOf(change)).toEqual(refused('input-digest-mismatch'))
})

it('refuses an input whose attestation holds other bytes than its digest', async () => {
  const bytes = await scene.store.get(raw.path, { maxBytes: 1e6 })
  const forged = raw.path.replace(raw.bundle, '0'.repeat(64))
  await scene.store.put(forged, bytes ?? new Uint8Array())
  const change = { attestationRef: forged, attestationDigest: { sha256: '0'.repeat(64) } }
  expect(await verdictOf(change)).toEqual(refused('input-refused'))
})

it('refuses an input of another name', async () => {
  expect(await verdictOf({ name: 'dataset:file:/lake/cleaner' })).toEqual(refused('input-name-mismatch'))
})

it('refuses an input that differed from its newest attested version when it was read', async () => {
  const change = { differsFrom: { attestationDigest: { sha256: raw.bundle } } }
  expect(await verdictOf(change)).toEqual(refused('input-differs'))
})

it('proves a part of an input that stands in its version', async () => {
  const files = [{ path: 'b.csv', sha256: await digestOf('b.csv') }]
  const change = { observed: { subset: subsetOf(files) } }
  expect(await verdictOf(change)).toEqual({ verdict: 'PROVEN', level: 2, code: undefined })
})

it('refuses a part of an input that is not in its version', async () => {
  const files = [{ path: 'c.csv', sha256: await digestOf('b.csv') }]
  expect(await verdictOf({ observed: { subset: subsetOf(files) } })).toEqual(refused('input-not-contained'))
})

it('refuses a part of an input with other bytes than its version', async () => {
  const files = [{ path: 'b.csv', sha256: await digestOf('a.csv') }]
  expect(await verdictOf({ observed: { subset: subsetOf(files) } })).toEqual(refused('input-not-contained'))
})

it('refuses a part of an input whose files are not those of its digest', async () => {
  const subset = { ...subsetOf([{ path: 'b.csv', sha256: await digestOf('b.csv') }]), sha256: '0'.repeat(64) }
  expect(await verdictOf({ observed: { subset } })).toEqual(refused('input-not-contained'))
})

async function digestOf(file: string): Promise<string> {
  return (await digestFile(scene.path('raw', file))).sha256
}

function subsetOf(files: { path: string; sha256: string }[]) {
  return {
    sha256: digestManifest(files).sha256,
    files: files.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } })),
  }
}
