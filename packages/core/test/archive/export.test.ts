import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readTar } from '../../src/archive/read-tar.ts'
import {
  type ExportOptions,
  exportDataset,
  generateKey,
  openArchive,
  parsePublicKey,
  parseWitness,
  parseWitnesses,
  type Report,
  type Store,
  verifyDataset,
} from '../../src/index.ts'
import { pointersPrefix } from '../../src/store/layout.ts'
import { type Attested, openScene, type Scene } from '../verify/scene.ts'

let scene: Scene
let raw: Attested
beforeEach(async () => {
  scene = await openScene()
  scene.write('raw', Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`f${i}.csv`, `${i}\n`])))
  scene.write('clean', { 'x.parquet': 'x' })
  raw = await scene.attest('raw')
  await scene.transform('clean', [raw])
})
afterEach(() => scene.close())

const at = new Date('2026-11-21T04:00:00.000Z')

async function exportClean(): Promise<{ report: Report; archive: Uint8Array }> {
  const { store, trust } = scene
  const { report, archive } = await exportDataset(scene.path('clean'), { store, trust, at })
  if (archive === undefined) throw new Error(`not proven: ${report.failure?.message}`)
  return { report, archive }
}

const hex = (number: number) => number.toString(16).padStart(64, '0')

const namesIn = (archive: Uint8Array) => [...readTar(gunzipSync(archive), { maxEntries: 1000 }).keys()]

describe('an exported archive', () => {
  it('proves the dataset again with nothing but the caller’s trust', async () => {
    const { report, archive } = await exportClean()
    const again = await verifyDataset(scene.path('clean'), { store: openArchive(archive), trust: scene.trust, at })
    expect(again).toEqual(report)
    expect(again).toMatchObject({ verdict: 'PROVEN', level: 2, chain: [{ depth: 0 }, { depth: 1 }] })
  })

  it('proves nothing under keys that lie in it, if the caller does not trust them', async () => {
    const { archive } = await exportClean()
    expect(namesIn(archive).filter((name) => name.startsWith('keys/'))).toHaveLength(1)
    const { publicKeyPem } = await generateKey()
    const trust = { ...scene.trust, keys: [parsePublicKey(publicKeyPem)] }
    const again = await verifyDataset(scene.path('clean'), { store: openArchive(archive), trust, at })
    expect(again).toMatchObject({ verdict: 'NOT PROVEN', level: 0, failure: { code: 'key-untrusted' } })
  })

  it('holds the report, the keys, the roots and a page for people, and no data', async () => {
    const { archive } = await exportClean()
    const names = namesIn(archive)
    expect(names).toEqual(expect.arrayContaining(['README.md', 'report.json', 'trust/timestamp-authorities.pem']))
    expect(names.filter((name) => name.startsWith('attestations/'))).toHaveLength(2)
    expect(names.filter((name) => name.endsWith('.csv') || name.endsWith('.parquet'))).toEqual([])
  })

  it('holds the witnesses that were trusted, as a verifier reads them', async () => {
    const witness = parseWitness(
      'witness.navigli.sunlight.geomys.org+a3e00fe2+BNy/co4C1Hn1p+INwJrfUlgz7W55dSZReusH/GhUhJ/G',
    )
    const trust = { ...scene.trust, witnesses: [witness] }
    const { archive } = await exportDataset(scene.path('clean'), { store: scene.store, trust, at })
    const file = readTar(gunzipSync(archive ?? new Uint8Array()), { maxEntries: 1000 }).get('trust/witnesses.vkeys')
    expect(parseWitnesses(file ?? '').map(({ key }) => key.id)).toEqual([witness.key.id])
  })

  it('has the same bytes when it is made again', async () => {
    expect((await exportClean()).archive).toEqual((await exportClean()).archive)
  })

  it('shows altered data as the store would', async () => {
    const { archive } = await exportClean()
    scene.write('clean', { 'x.parquet': 'y' })
    const again = await verifyDataset(scene.path('clean'), { store: openArchive(archive), trust: scene.trust, at })
    expect(again.failure).toMatchObject({ code: 'data-altered', files: { altered: ['x.parquet'] } })
  })

  it('is refused where a bundle in it was changed', async () => {
    const { archive } = await exportClean()
    const bytes = gunzipSync(archive)
    const place = bytes.indexOf('"payload":"') + 40
    bytes[place] = (bytes[place] ?? 0) ^ 1
    const store = openArchive(gzipSync(bytes))
    const again = await verifyDataset(scene.path('clean'), { store, trust: scene.trust, at })
    expect(again.verdict).toBe('NOT PROVEN')
  })

  it('is not made of what is not proven', async () => {
    scene.write('clean', { 'x.parquet': 'y' })
    const { store, trust } = scene
    const { report, archive } = await exportDataset(scene.path('clean'), { store, trust, at })
    expect(report.verdict).toBe('NOT PROVEN')
    expect(archive).toBeUndefined()
  })

  it('grows no further than allowed', async () => {
    const { store, trust } = scene
    const options = { store, trust, at, maxArchiveBytes: 1000 }
    await expect(exportDataset(scene.path('clean'), options)).rejects.toMatchObject({ code: 'limit-exceeded' })
  })

  it('opens under the limits that it was made under, and is not made where it would not', async () => {
    const { archive } = await exportClean()
    const [entries, bytes] = [namesIn(archive).length, gunzipSync(archive).length]
    const { store, trust } = scene
    const make = (limits: Pick<ExportOptions, 'maxArchiveBytes' | 'maxArchiveEntries'>) =>
      exportDataset(scene.path('clean'), { store, trust, at, ...limits })
    const { archive: same } = await make({ maxArchiveEntries: entries, maxArchiveBytes: bytes })
    expect(() => openArchive(same ?? new Uint8Array(), { maxEntries: entries, maxBytes: bytes })).not.toThrow()
    await expect(make({ maxArchiveEntries: entries - 1 })).rejects.toMatchObject({ code: 'limit-exceeded' })
    await expect(make({ maxArchiveBytes: bytes - 1 })).rejects.toMatchObject({ code: 'limit-exceeded' })
  })

  it('is not made of more pointers than it could hold, and none of them is read', async () => {
    const read: string[] = []
    const prefix = pointersPrefix(raw.name)
    const store: Store = {
      ...scene.store,
      get: (path, limits) => {
        read.push(path)
        return scene.store.get(path, limits)
      },
      list: async function* (listed) {
        yield* scene.store.list(listed)
        if (listed !== prefix) return
        for (let i = 0; i < 500; i++) yield { path: `${prefix}20200101T000000.000Z_${hex(1)}_${hex(i)}`, size: 2 }
      },
    }
    const options = { store, trust: scene.trust, at, maxArchiveEntries: 400 }
    await expect(exportDataset(scene.path('raw'), options)).rejects.toMatchObject({ code: 'limit-exceeded' })
    expect(read.filter((path) => path.startsWith('names/'))).toEqual([])
  })
})

describe('opening refuses', () => {
  it('what is no gzip', () => {
    expect(() => openArchive(new TextEncoder().encode('PK'))).toThrow(expect.objectContaining({ code: 'gzip-invalid' }))
  })

  it('a few bytes that would fill the memory', () => {
    const bomb = gzipSync(new Uint8Array(4 * 1024 * 1024))
    expect(() => openArchive(bomb, { maxBytes: 1024 * 1024 })).toThrow(
      expect.objectContaining({ code: 'limit-exceeded' }),
    )
  })

  it('an archive that was cut off', async () => {
    const { archive } = await exportClean()
    expect(() => openArchive(archive.subarray(0, archive.length - 20))).toThrow(
      expect.objectContaining({ code: 'gzip-invalid' }),
    )
  })
})
