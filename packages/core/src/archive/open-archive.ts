import { MakotoError } from '../errors.ts'
import { decompressGzip } from '../store/gzip.ts'
import { checkObjectPath, checkObjectPrefix } from '../store/object-path.ts'
import type { Store } from '../store/store.ts'
import { type ArchiveLimits, limitArchive } from './archive-limits.ts'
import { readTar } from './read-tar.ts'

/**
 * Opens an archive of `exportDataset` as a store to read from: in memory, no file is extracted. Like any store it is
 * not trusted; keys and roots that lie in it are for people to look at.
 *
 * @throws MakotoError `archive-invalid`, `gzip-invalid`, `limit-exceeded`
 */
export function openArchive(bytes: Uint8Array, limits: ArchiveLimits = {}): Store {
  const { maxBytes, maxEntries } = limitArchive(limits)
  const files = readTar(decompressGzip(bytes, { maxBytes }), { maxEntries })
  const paths = [...files.keys()].sort()
  return {
    get: async (path, { maxBytes }) => {
      checkObjectPath(path)
      const found = files.get(path)
      if (found !== undefined && found.length > maxBytes)
        throw new MakotoError('limit-exceeded', `${path} has ${found.length} bytes, ${maxBytes} are allowed`)
      return found
    },
    put: async (path) => {
      checkObjectPath(path)
      throw new MakotoError('store-read-only', 'An archive is only read.', {
        hint: 'Unpack it to a directory: that is a store.',
      })
    },
    list: async function* (prefix) {
      checkObjectPrefix(prefix)
      for (const path of paths) if (path.startsWith(prefix)) yield { path, size: files.get(path)?.length ?? 0 }
    },
    head: async (path) => {
      checkObjectPath(path)
      const found = files.get(path)
      return found === undefined ? undefined : { size: found.length }
    },
  }
}
