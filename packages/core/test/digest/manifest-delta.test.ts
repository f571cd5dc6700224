import { describe, expect, it } from 'vitest'
import {
  applyManifestDelta,
  digestManifest,
  type ManifestEntry,
  parseManifestDelta,
  renderManifest,
} from '../../src/digest/index.ts'
import { compressGzip, encodeUtf8, openStore, readManifest } from '../../src/index.ts'
import { makeDirectory } from '../temporary-directory.ts'

const hex = (digit: string) => digit.repeat(64)
const entry = (path: string, digit: string): ManifestEntry => ({ path, sha256: hex(digit) })
const delta = (base: string, ...lines: string[]) =>
  encodeUtf8(['makoto-manifest-delta-v1', `base ${base}`, ...lines, ''].join('\n'))

describe('a manifest delta', () => {
  it('removes, adds and changes', () => {
    const read = parseManifestDelta(
      delta(hex('0'), `-${hex('1')}  a`, `+${hex('2')}  a`, `-${hex('3')}  b`, `+${hex('4')}  c`),
    )
    expect(read.base).toBe(hex('0'))
    expect(applyManifestDelta([entry('a', '1'), entry('b', '3'), entry('z', '5')], read)).toEqual([
      entry('a', '2'),
      entry('c', '4'),
      entry('z', '5'),
    ])
  })

  it('has no more lines than are allowed', () => {
    const bytes = delta(hex('0'), `-${hex('1')}  a`, `+${hex('2')}  a`)
    expect(parseManifestDelta(bytes, { maxEntries: 2 }).added).toHaveLength(1)
    expect(() => parseManifestDelta(bytes, { maxEntries: 1 })).toThrow(
      expect.objectContaining({ code: 'limit-exceeded' }),
    )
  })

  it('may change nothing', () => {
    expect(applyManifestDelta([entry('a', '1')], parseManifestDelta(delta(hex('0'))))).toEqual([entry('a', '1')])
  })

  it.each([
    ['another header', encodeUtf8(`makoto-manifest-delta-v2\nbase ${hex('0')}\n`)],
    ['no base', encodeUtf8('makoto-manifest-delta-v1\n')],
    ['no newline at its end', delta(hex('0'), `+${hex('1')}  a`).subarray(0, -1)],
    ['a line without sign', delta(hex('0'), `${hex('1')}  a`)],
    ['lines out of order', delta(hex('0'), `+${hex('1')}  b`, `+${hex('1')}  a`)],
    ['a path twice', delta(hex('0'), `+${hex('1')}  a`, `+${hex('2')}  a`)],
    ['a path that leaves the root', delta(hex('0'), `+${hex('1')}  ../a`)],
  ])('is refused with %s', (_what, bytes) => {
    expect(() => parseManifestDelta(bytes)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(manifest|path)-invalid$/) }),
    )
  })

  it.each([
    ['removes what is not there', `-${hex('1')}  b`],
    ['removes it with another digest', `-${hex('2')}  a`],
    ['adds what is there', `+${hex('1')}  a`],
  ])('is refused where it %s', (_what, line) => {
    expect(() => applyManifestDelta([entry('a', '1')], parseManifestDelta(delta(hex('0'), line)))).toThrow(
      expect.objectContaining({ code: 'manifest-invalid' }),
    )
  })
})

/** A store with one full manifest of a file, and after it `count` deltas that add a file each. */
async function storeOf(count: number) {
  const store = openStore(makeDirectory())
  const entries = [entry('0000', '1')]
  let base = digestManifest(entries).sha256
  await store.put(`manifests/${base}.sha256sums.gz`, compressGzip(renderManifest(entries)))
  for (let i = 1; i <= count; i++) {
    const added = entry(String(i).padStart(4, '0'), '2')
    entries.push(added)
    const { sha256 } = digestManifest(entries)
    await store.put(`manifests/${sha256}.delta.gz`, compressGzip(delta(base, `+${added.sha256}  ${added.path}`)))
    base = sha256
  }
  return { store, entries, sha256: base }
}

describe('a manifest in a store', () => {
  it.each([0, 1, 64])('is read back over %i deltas', async (count) => {
    const { store, entries, sha256 } = await storeOf(count)
    expect(await readManifest(store, sha256)).toEqual(entries)
  })

  it('is not read over more', async () => {
    const { store, sha256 } = await storeOf(65)
    expect(await readManifest(store, sha256)).toBeUndefined()
  })

  it('is none where what it leads to is another one', async () => {
    const { store, sha256 } = await storeOf(1)
    await store.put(`manifests/${hex('a')}.delta.gz`, compressGzip(delta(sha256, `+${hex('3')}  x`)))
    expect(await readManifest(store, hex('a'))).toBeUndefined()
  })

  it('is none where the full one is not what its name says', async () => {
    const store = openStore(makeDirectory())
    await store.put(`manifests/${hex('a')}.sha256sums.gz`, compressGzip(renderManifest([entry('a', '1')])))
    expect(await readManifest(store, hex('a'))).toBeUndefined()
  })

  it.each([
    ['a circle', compressGzip(delta(hex('a')))],
    ['a base that is not there', compressGzip(delta(hex('b')))],
    ['no gzip', encodeUtf8('x')],
    ['no delta', compressGzip(encodeUtf8('x'))],
  ])('is none where the store holds %s', async (_what, object) => {
    const store = openStore(makeDirectory())
    await store.put(`manifests/${hex('a')}.delta.gz`, object)
    expect(await readManifest(store, hex('a'))).toBeUndefined()
  })
})
