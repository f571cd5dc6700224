import type { Store } from '@makoto/core'
import { type Pointer, pointerPath, pointersPrefix } from '../../src/store/layout.ts'

export const NOWHERE = 'f'.repeat(64)
export const FUTURE = '9999-12-31T23:59:59.999Z'
export const PAST = '2020-01-01T00:00:00.000Z'

export type Place = Pick<Pointer, 'subject' | 'bundle' | 'time'>

/** The store with these pointers of a name as well, and with what lies where they lead. */
export function addPointers(
  store: Store,
  name: string,
  pointers: readonly Place[],
  objects: ReadonlyMap<string, Uint8Array> = new Map(),
): Store {
  const added = pointers.map(({ subject, bundle, time }) => ({
    path: pointerPath({ name, subject, bundle, time }),
    size: 0,
  }))
  return {
    ...store,
    async *list(prefix) {
      yield* store.list(prefix)
      if (prefix === pointersPrefix(name)) yield* added
    },
    get: async (path, limits) => objects.get(path) ?? (path.includes(NOWHERE) ? undefined : store.get(path, limits)),
  }
}

/** As many pointers as anybody follows, each to a bundle that is not there. */
export const flood = (time: string): Place[] =>
  Array.from({ length: 10_000 }, (_, i) => ({ subject: NOWHERE, bundle: i.toString(16).padStart(64, '0'), time }))
