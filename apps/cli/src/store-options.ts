import { type OpenStoreOptions, openArchive, type Store } from '@makoto/core'
import type { Options, Values } from './command.ts'
import { openExistingStore } from './open-existing-store.ts'
import { readNamedFile } from './read-file.ts'
import { UsageError } from './usage-error.ts'

/** Where attestations are read from. */
export const STORE_OPTIONS = {
  store: { value: 'URI', text: 'where the attestations lie; it is not trusted' },
  archive: { value: 'FILE', text: 'an archive of makoto export, to read instead of a store' },
  'store-token-file': { value: 'FILE', text: 'holds the bearer token of an https store' },
  'store-token-env': { value: 'NAME', text: 'or the environment variable that does' },
  'insecure-http': {
    text: 'read over http from another machine: anybody on the way can hide what lies there',
  },
} as const satisfies Options

const MAX_ARCHIVE_BYTES = 512 * 1024 * 1024

export async function readStore(options: Values<typeof STORE_OPTIONS>): Promise<Store> {
  const { store, archive } = options
  if (store !== undefined && archive !== undefined)
    throw new UsageError('--store and --archive are two places to read from: give one')
  if (archive !== undefined)
    return openArchive(await readNamedFile(archive, 'archive', { maxBytes: MAX_ARCHIVE_BYTES }))
  if (store === undefined) throw new UsageError('--store URI is missing', 'or give an archive with --archive FILE')
  return openExistingStore(store, { ...readToken(options), insecureHttp: options['insecure-http'] ?? false })
}

function readToken(options: Values<typeof STORE_OPTIONS>): OpenStoreOptions {
  const { 'store-token-file': file, 'store-token-env': env } = options
  if (file !== undefined && env !== undefined)
    throw new UsageError('--store-token-file and --store-token-env: give one of them')
  if (file !== undefined) return { token: { file } }
  return env === undefined ? {} : { token: { env } }
}

/** The same place, as a later command line names it. */
export function nameStore({ store, archive }: Values<typeof STORE_OPTIONS>): string {
  return archive === undefined ? `--store ${store ?? 'URI'}` : `--archive ${archive}`
}
