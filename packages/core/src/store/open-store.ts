import { MakotoError } from '../errors.ts'
import { datasetName, pathOfDatasetName } from '../names.ts'
import { openFileStore } from './file-store.ts'
import type { Store } from './store.ts'

/** Opens the store at a URI or a plain path. Nothing is read or created before the first call. */
export function openStore(uri: string): Store {
  const path = pathOfDatasetName(datasetName(uri))
  if (path !== undefined) return openFileStore(path)
  throw new MakotoError('store-unsupported', `No store answers to ${uri}.`, {
    hint: 'Use a directory or file:/path.',
  })
}
