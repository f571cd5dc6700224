import { isMakotoError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { type limitArchive, tooMany } from './archive-limits.ts'

export interface RecordedStore {
  readonly store: Store
  /** Every object that was read or listed, by path. */
  collect(): Promise<Map<string, Uint8Array>>
}

const MAX_OBJECT_BYTES = 16 * 1024 * 1024

/**
 * A store that keeps what is read through it: whatever a verification looked at, a later one can look at again. What
 * was only listed (pointers) is read at the end.
 */
export function recordReads(store: Store, { maxBytes, maxEntries }: ReturnType<typeof limitArchive>): RecordedStore {
  const read = new Map<string, Uint8Array>()
  const listed = new Set<string>()
  let total = 0
  // Thrown at the end only: a verification that meets an error of its store may take it for a verdict.
  const keep = (path: string, bytes: Uint8Array) => {
    if (read.has(path)) return
    total += bytes.length
    if (total <= maxBytes) read.set(path, bytes)
  }
  return {
    store: {
      put: (path, bytes) => store.put(path, bytes),
      head: (path) => store.head(path),
      get: async (path, limits) => {
        const bytes = await store.get(path, limits)
        if (bytes !== undefined) keep(path, bytes)
        return bytes
      },
      list: async function* (prefix) {
        for await (const object of store.list(prefix)) {
          listed.add(object.path)
          yield object
        }
      },
    },
    collect: async () => {
      if (new Set([...listed, ...read.keys()]).size > maxEntries) throw tooMany(`${maxEntries} objects`)
      for (const path of listed) {
        const bytes = read.has(path) ? undefined : await readSmall(store, path)
        if (bytes !== undefined) keep(path, bytes)
      }
      if (total > maxBytes) throw tooMany(`${maxBytes} bytes`)
      return read
    },
  }
}

/** An object that nobody would read is left behind, as the verification left it. */
async function readSmall(store: Store, path: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(path, { maxBytes: MAX_OBJECT_BYTES })
  } catch (error) {
    if (isMakotoError(error, 'limit-exceeded')) return undefined
    throw error
  }
}
