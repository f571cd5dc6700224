import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import {
  attestOrigin,
  canonicalize,
  decodeUtf8,
  INDEX_PAYLOAD_TYPE,
  nameHash,
  pae,
  parsePublicKey,
  type Signer,
  type Store,
  verifySignature,
} from '@makoto/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newSigner, openScene, type Scene } from '../verify/scene.ts'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
})
afterEach(() => scene.close())

async function listStore(prefix = ''): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of scene.store.list(prefix)) paths.push(path)
  return paths
}

const read = async (path: string) => (await scene.store.get(path, { maxBytes: 1e8 })) ?? new Uint8Array()
const json = async (path: string) => JSON.parse(decodeUtf8(await read(path)))

it('writes nothing when it attests twice', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const first = await scene.attest('raw')
  const before = await listStore()
  const second = await scene.attest('raw')
  expect(second).toEqual(first)
  expect(await listStore()).toEqual(before)
})

it('attests again when the description, the key, or the wish for a timestamp changed', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const { signer } = await newSigner(scene.root, 'second.pem')
  const bundles = [
    await scene.attest('raw', { timestampUrl: undefined }),
    await scene.attest('raw'),
    await scene.attest('raw', { geography: 'EU' }),
    await scene.attest('raw', { signer }),
  ].map(({ bundle }) => bundle)
  expect(new Set(bundles).size).toBe(4)
})

it('attests again where another key said it in this one’s name', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const { signer, publicKeyPem } = await newSigner(scene.root, 'posing.pem')
  const trust = { ...scene.trust, keys: [...scene.trust.keys, parsePublicKey(publicKeyPem)] }
  const posed = await scene.attest('raw', { signer: { ...signer, id: scene.signer.id }, trust })
  const own = await scene.attest('raw', { trust })
  expect(own.bundle).not.toBe(posed.bundle)
})

it('makes three of A, B, A, each naming the one before', async () => {
  const made = []
  for (const content of ['A', 'B', 'A']) {
    scene.write('raw', { 'a.csv': content })
    made.push(await scene.attest('raw'))
  }
  const previous = []
  for (const { path } of made) {
    const { dsseEnvelope } = await json(path)
    const { predicate } = JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString())
    previous.push(predicate.previous?.attestationDigest.sha256 ?? null)
  }
  expect(previous).toEqual([null, made[0]?.bundle, made[1]?.bundle])
})

it('does not count the attestation of a stranger as the one before', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const { signer } = await newSigner(scene.root, 'stranger.pem')
  await scene.attest('raw', { signer, trust: undefined })
  const options = { store: scene.store, signer: scene.signer, now: scene.now() }
  expect(await attestOrigin(scene.path('raw'), options)).toMatchObject({ outcome: 'attested', previous: null })
})

it('stores the bundle, a pointer under each name, and a signed index', async () => {
  scene.write('orders', { 'a.parquet': 'one', _SUCCESS: '' })
  const { sha256, bundle, path, name } = await scene.attest('orders', { name: 'dataset:shop.orders' })
  const hashes = [nameHash(name), nameHash(`dataset:file:${scene.path('orders')}`)]
  const pointer = `20261121T030100.000Z_${sha256}_${bundle}`
  const index = `indexes/${hashes[0]}/${sha256}_${bundle}.json`
  expect(await listStore()).toEqual([path, index, ...hashes.map((hash) => `names/${hash}/${pointer}`)].sort())
  expect(await json(`names/${hashes[0]}/${pointer}`)).toEqual({
    name,
    subject: sha256,
    bundle,
    time: scene.now().toISOString(),
  })
})

it('signs sizes, times and digests of the files into the index', async () => {
  scene.write('orders', { 'a.parquet': 'one', 'b/c.parquet': 'three' })
  await scene.attest('orders')
  const [path = ''] = await listStore('indexes/')
  const { index, proof, envelope } = await json(path)
  const { payload, payloadType, signatures } = envelope
  const content = new Uint8Array(Buffer.from(payload, 'base64'))
  const signature = new Uint8Array(Buffer.from(signatures[0].sig, 'base64'))
  const [key] = scene.trust.keys
  expect(payloadType).toBe('application/vnd.makoto.index.v1+json')
  expect(key && verifySignature(key, pae(INDEX_PAYLOAD_TYPE, content), signature)).toBe(true)
  const hash = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  const leafHash = hash(Buffer.of(0), hash(canonicalize(index))).toString('hex')
  expect(JSON.parse(decodeUtf8(content))).toEqual({ root: leafHash, size: 1 })
  expect(proof).toEqual({ leaf: 0, path: [] })
  const { files } = index
  expect(files.map(({ path, size }: { path: string; size: string }) => [path, size])).toEqual([
    ['a.parquet', '3'],
    ['b/c.parquet', '5'],
  ])
  expect(files[0].mtime).toMatch(/^\d{13}$/)
})

it.each([
  ['a signer that signs only once', () => ({ signer: signingOnce(scene.signer) }), 'touch the token'],
  ['a store that is full by then', () => ({ store: withoutRoomFor('indexes/') }), 'no space left'],
])('has attested with %s, and says why there is no index', async (_, change, words) => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const { store, signer, trust, authority } = scene
  const options = { store, signer, trust, timestampUrl: authority.url, now: scene.now(), ...change() }
  const attested = await attestOrigin(scene.path('raw'), options)
  expect(attested).toMatchObject({ outcome: 'attested', indexFailure: expect.stringContaining(words) })
  expect(await listStore('indexes/')).toEqual([])
  expect(await scene.verify('raw')).toMatchObject({ verdict: 'PROVEN', level: 2 })
})

function signingOnce(signer: Signer): Signer {
  let left = 1
  return {
    ...signer,
    sign: (bytes) => (left-- > 0 ? signer.sign(bytes) : Promise.reject(new Error('touch the token'))),
  }
}

const withoutRoomFor = (folder: string): Store => ({
  ...scene.store,
  put: (path, bytes) =>
    path.startsWith(folder) ? Promise.reject(new Error('no space left')) : scene.store.put(path, bytes),
})

it('stores the manifest of more than 1,000 files as an object', async () => {
  const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`part-${i}`, `${i}`]))
  scene.write('wide', many)
  const { sha256 } = await scene.attest('wide')
  const manifest = gunzipSync(await read(`manifests/${sha256}.sha256sums.gz`)).toString()
  expect(manifest.split('\n')).toHaveLength(1002)
}, 60_000)

it('attests without a key at level 1', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const { path } = await scene.attest('raw', { signer: undefined, timestampUrl: undefined })
  expect(path).toMatch(/\.intoto\.json$/)
  expect((await json(path)).predicate.origin.collectionMethod).toBe('attested-by-hand')
  expect(await listStore('indexes/')).toEqual([])
  expect(await scene.verify('raw', { level: 1 })).toMatchObject({ verdict: 'PROVEN', level: 1 })
})

it('leaves no pointer where the bundle could not be stored, and nothing at all where it could not be stamped', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  const refusing = { ...scene.store, put: () => Promise.reject(new Error('no space left')) }
  await expect(scene.attest('raw', { store: refusing })).rejects.toThrow('no space left')
  const unreachable = new URL(scene.authority.url)
  unreachable.port = '1'
  await expect(scene.attest('raw', { timestampUrl: unreachable })).rejects.toMatchObject({
    code: 'timestamp-unavailable',
  })
  expect(await listStore()).toEqual([])
})

it('writes each object after those that it needs', async () => {
  scene.write('raw', Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`part-${i}`, `${i}`])))
  const order: string[] = []
  const put = (path: string, bytes: Uint8Array) => {
    order.push(path.split('/')[0] ?? '')
    return scene.store.put(path, bytes)
  }
  await scene.attest('raw', { store: { ...scene.store, put } })
  expect(order).toEqual(['manifests', 'attestations', 'names', 'indexes'])
}, 60_000)

it('never writes the private key', async () => {
  scene.write('raw', { 'a.csv': 'a\n' })
  await scene.attest('raw')
  const secret = readFileSync(`${scene.root}/key.pem`, 'utf8').split('\n')[1] ?? ''
  expect(secret.length).toBeGreaterThan(40)
  for (const path of await listStore()) expect(decodeUtf8(await read(path))).not.toContain(secret)
})
