import { encodeUtf8, type Store, type StoredObject } from '@makoto/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

export type StoreContent = Readonly<Record<string, Uint8Array>>

export interface OpenedReadableStore {
  readonly store: Store
  readonly close: () => Promise<void>
}

const enough = { maxBytes: 1024 * 1024 }
const bytes = encodeUtf8('a bundle')
const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)

const CONTENT: StoreContent = {
  'bytes/all': all,
  'bytes/none': new Uint8Array(),
  'bytes/a b%20#?&+é': bytes,
  'list/b': bytes,
  'list/a/2': bytes,
  'list/a/1': bytes,
  'list/a.b': bytes,
  'list/ab/1': bytes,
  'hidden/.a.tmp': bytes,
  'hidden/.b/c': bytes,
  'hidden/d': bytes,
}

export const UNSAFE_PATHS = [
  '',
  '/a',
  'a/',
  'a//b',
  '../a',
  'a/../b',
  'a/./b',
  '.a',
  'a/.b',
  'a\\b',
  'a:b',
  'a\nb',
  'a\0b',
  'x'.repeat(1025),
]

/** What every `Store` holds to for its readers (FORMATS §4), written to or not. `open` gives one with this content. */
export function describeReadableStore(
  name: string,
  open: (content: StoreContent) => Promise<OpenedReadableStore>,
): void {
  describe(`reading a store: ${name}`, () => {
    let opened: OpenedReadableStore
    beforeAll(async () => {
      opened = await open(CONTENT)
    })
    afterAll(() => opened.close())

    it('gives back the bytes as they are, of every name', async () => {
      expect(await opened.store.get('bytes/all', enough)).toEqual(all)
      expect(await opened.store.get('bytes/none', enough)).toEqual(new Uint8Array())
      expect(await opened.store.get('bytes/a b%20#?&+é', enough)).toEqual(bytes)
    })

    it('says how large an object is', async () => {
      expect(await opened.store.head('bytes/all')).toEqual({ size: 256 })
    })

    it('says that there is none', async () => {
      expect(await opened.store.get('bytes/absent', enough)).toBeUndefined()
      expect(await opened.store.head('bytes/absent')).toBeUndefined()
      expect(await opened.store.get('nowhere/absent', enough)).toBeUndefined()
    })

    it('reads no more than the caller allows', async () => {
      await expect(opened.store.get('list/b', { maxBytes: 7 })).rejects.toMatchObject({ code: 'limit-exceeded' })
      expect(await opened.store.get('list/b', { maxBytes: 8 })).toEqual(bytes)
    })

    it('lists by prefix, in the order of the paths, with sizes', async () => {
      const paths = async (prefix: string) => (await collect(opened.store, prefix)).map(({ path }) => path)
      expect(await paths('list/')).toEqual(['list/a.b', 'list/a/1', 'list/a/2', 'list/ab/1', 'list/b'])
      expect(await paths('list/a/')).toEqual(['list/a/1', 'list/a/2'])
      expect(await paths('list/a')).toEqual(['list/a.b', 'list/a/1', 'list/a/2', 'list/ab/1'])
      expect(await paths('list/c/')).toEqual([])
      expect(await collect(opened.store, 'list/a/1')).toEqual([{ path: 'list/a/1', size: 8 }])
    })

    it('does not list names that begin with a dot', async () => {
      expect((await collect(opened.store, 'hidden/')).map(({ path }) => path)).toEqual(['hidden/d'])
    })

    it.each(UNSAFE_PATHS)('refuses the path %j', async (path) => {
      const refusal = { code: 'store-path-invalid' }
      await expect(opened.store.get(path, enough)).rejects.toMatchObject(refusal)
      await expect(opened.store.head(path)).rejects.toMatchObject(refusal)
    })

    it('refuses a prefix that leaves the store', async () => {
      await expect(collect(opened.store, '../')).rejects.toMatchObject({ code: 'store-path-invalid' })
    })
  })
}

export async function collect(store: Store, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = []
  for await (const object of store.list(prefix)) found.push(object)
  return found
}
