import { isMakotoError, type Store } from '@makoto/core/verify'

/** A store, and what was read through it. */
export interface RecordedStore {
  readonly store: Store
  readonly objects: ReadonlyMap<string, Uint8Array>
  /** Read, but too large to keep. */
  readonly leftOut: ReadonlySet<string>
}

/** Lists of files and stages are for looking at: a page does not need millions of lines. */
const MAX_OBJECT_BYTES = 4 * 1024 * 1024

/** Passes reads on and keeps each object once, as far as there is room: attestations whatever their size, others up to 4 MiB. */
export function recordStore(source: Store, maxTotal: number): RecordedStore {
  const objects = new Map<string, Uint8Array>()
  const leftOut = new Set<string>()
  let total = 0
  const keep = (path: string, bytes: Uint8Array) => {
    const limit = path.startsWith('attestations/') ? Number.POSITIVE_INFINITY : MAX_OBJECT_BYTES
    if (bytes.length > limit || total + bytes.length > maxTotal) {
      leftOut.add(path)
      return
    }
    total += bytes.length
    objects.set(path, bytes)
  }
  const store: Store = {
    put: (path, bytes) => source.put(path, bytes),
    list: (prefix) => source.list(prefix),
    head: (path) => source.head(path),
    async get(path, limits) {
      const bytes = objects.get(path) ?? (await getOrNote(source, path, limits, leftOut))
      if (bytes !== undefined && !objects.has(path)) keep(path, bytes)
      return bytes
    },
  }
  return { store, objects, leftOut }
}

async function getOrNote(source: Store, path: string, limits: { maxBytes: number }, leftOut: Set<string>) {
  try {
    return await source.get(path, limits)
  } catch (error) {
    if (isMakotoError(error, 'limit-exceeded')) leftOut.add(path)
    throw error
  }
}
