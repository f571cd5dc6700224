import { compressGzip, encodeUtf8, type Store } from '@makoto/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect, describeReadableStore, UNSAFE_PATHS } from './describe-readable-store.ts'

export interface OpenedStore {
  readonly store: Store
  /** A second store on the same place, as another process would open it. */
  readonly other: Store
  /** Puts bytes there as a stranger would, past the store. */
  readonly plant: (path: string, bytes: Uint8Array) => Promise<void>
  readonly close: () => Promise<void>
}

const enough = { maxBytes: 1024 * 1024 }
const bytes = encodeUtf8('a bundle')

/** What every implementation of `Store` holds to (FORMATS §4). `open` gives an empty store. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describeReadableStore(name, async (content) => {
    const opened = await open()
    for (const [path, bytes] of Object.entries(content)) await opened.plant(path, bytes)
    return opened
  })
  describe(`store: ${name}`, () => {
    let opened: OpenedStore
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened.close())

    it('is empty before the first write', async () => {
      expect(await listed(opened.store, '')).toEqual([])
      expect(await opened.store.get('attestations/none', enough)).toBeUndefined()
      expect(await opened.store.head('attestations/none')).toBeUndefined()
    })

    it('gives back what was put, byte for byte', async () => {
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      expect(await opened.store.put('bytes/all', all)).toBe('stored')
      expect(await opened.other.get('bytes/all', enough)).toEqual(all)
      expect(await opened.other.head('bytes/all')).toEqual({ size: 256 })
    })

    it('keeps an object without bytes', async () => {
      expect(await opened.store.put('bytes/none', new Uint8Array())).toBe('stored')
      expect(await opened.store.get('bytes/none', enough)).toEqual(new Uint8Array())
    })

    it('says that the same object is there already', async () => {
      await opened.store.put('again/a', bytes)
      expect(await opened.store.put('again/a', bytes)).toBe('same')
      expect(await opened.other.put('again/a', bytes)).toBe('same')
    })

    it('never replaces an object', async () => {
      await opened.store.put('kept/a', bytes)
      await expect(opened.other.put('kept/a', encodeUtf8('other bytes'))).rejects.toMatchObject({
        code: 'store-conflict',
      })
      await expect(opened.other.put('kept/a', bytes.subarray(1))).rejects.toMatchObject({ code: 'store-conflict' })
      expect(await opened.store.get('kept/a', enough)).toEqual(bytes)
    })

    it('lets one of many writers store, and tells the others that it is the same', async () => {
      const stores = [opened.store, opened.other]
      const results = await Promise.all(Array.from({ length: 24 }, (_, i) => stores[i % 2]?.put('many/a', bytes)))
      expect(results.filter((result) => result === 'stored')).toHaveLength(1)
      expect(results.filter((result) => result === 'same')).toHaveLength(23)
    })

    it('lets one of many writers of different bytes store, and refuses the others', async () => {
      const writes = Array.from({ length: 12 }, (_, i) => opened.store.put('many/b', encodeUtf8(`writer ${i}`)))
      const results = await Promise.allSettled(writes)
      const winner = results.findIndex((result) => result.status === 'fulfilled')
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
      expect(await opened.other.get('many/b', enough)).toEqual(encodeUtf8(`writer ${winner}`))
    })

    it('compares gzip objects by their content', async () => {
      const gzip = compressGzip(bytes)
      const otherSystem = Uint8Array.from(gzip)
      otherSystem[9] = 255
      await opened.store.put('manifests/a.gz', gzip)
      expect(await opened.store.put('manifests/a.gz', otherSystem)).toBe('same')
      expect(await opened.store.get('manifests/a.gz', enough)).toEqual(gzip)
      await expect(opened.store.put('manifests/a.gz', compressGzip(encodeUtf8('other')))).rejects.toMatchObject({
        code: 'store-conflict',
      })
    })

    it('tells sizes while listing', async () => {
      await opened.store.put('sizes/eight', bytes)
      expect(await collect(opened.store, 'sizes/')).toEqual([{ path: 'sizes/eight', size: 8 }])
    })

    it('leaves nothing but the object behind', async () => {
      await opened.store.put('clean/a', bytes)
      await opened.store.put('clean/a', bytes)
      await opened.store.put('clean/a', encodeUtf8('x')).catch(() => undefined)
      expect(await listed(opened.store, 'clean/')).toEqual(['clean/a'])
    })

    it.each(UNSAFE_PATHS)('writes nothing to the path %j', async (path) => {
      await expect(opened.store.put(path, bytes)).rejects.toMatchObject({ code: 'store-path-invalid' })
    })
  })
}

async function listed(store: Store, prefix: string): Promise<string[]> {
  return (await collect(store, prefix)).map(({ path }) => path)
}
