import { stat } from 'node:fs/promises'
import { datasetName, type OpenStoreOptions, openStore, pathOfDatasetName, type Store } from '@makoto/core'
import { UsageError } from './usage-error.ts'

/** Opens a store to read from. A directory that is not there holds no attestation either, but that is a mistyped path, not a verdict. */
export async function openExistingStore(uri: string, options: OpenStoreOptions = {}): Promise<Store> {
  const path = pathOfDatasetName(datasetName(uri))
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined)
  if (path !== undefined && !found?.isDirectory())
    throw new UsageError(
      `--store: there is no store at ${uri}`,
      'give the directory that holds attestations/ and names/',
    )
  return openStore(uri, options)
}
