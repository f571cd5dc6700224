import { MakotoError } from '../errors.ts'
import { datasetName, pathOfDatasetName } from '../names.ts'
import { openFileStore } from './file-store.ts'
import { type HttpStoreOptions, openHttpStore } from './http-store.ts'
import type { Store } from './store.ts'

/** What some kinds of store need beside their address; a directory needs nothing. */
export type OpenStoreOptions = HttpStoreOptions

/** Opens the store at a URI or a plain path. Nothing is read or created before the first call. */
export function openStore(uri: string, options: OpenStoreOptions = {}): Store {
  if (/^https?:/i.test(uri)) return openHttpStore(uri, options)
  const path = pathOfDatasetName(datasetName(uri))
  if (path !== undefined) return openFileStore(path)
  throw new MakotoError('store-unsupported', `No store answers to ${uri}.`, {
    hint: 'Use a directory, file:/path or https://host/path.',
  })
}
