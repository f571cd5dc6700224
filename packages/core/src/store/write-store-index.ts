import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { MakotoError } from '../errors.ts'
import { datasetName, pathOfDatasetName } from '../names.ts'
import { openFileStore } from './file-store.ts'
import type { Store } from './store.ts'
import { fitsIndex, formatIndexLine, INDEX_PATH, isIndexed } from './store-index.ts'

export interface WrittenIndex {
  readonly objects: number
  readonly bytes: number
}

/**
 * Writes the listing that a web server cannot give, for readers of the store over https. The only object of a store
 * that is ever replaced: readers see the old one or the new one, whole.
 *
 * @throws MakotoError `store-unsupported` where the store is not a directory, `limit-exceeded` where it holds more than readers take
 * @see FORMATS §4
 */
export async function writeStoreIndex(uri: string): Promise<WrittenIndex> {
  const root = pathOfDatasetName(datasetName(uri))
  if (root === undefined)
    throw new MakotoError('store-unsupported', `An index can be written into a directory only, not at ${uri}.`, {
      hint: 'Write it where the files lie, before they are published.',
    })
  const temporary = join(root, `.index.${randomBytes(12).toString('hex')}.tmp`)
  try {
    const written = await writeLines(temporary, openFileStore(root))
    await rename(temporary, join(root, INDEX_PATH))
    return written
  } catch (cause) {
    await unlink(temporary).catch(() => undefined)
    if (cause instanceof MakotoError) throw cause
    throw new MakotoError('store-unreachable', `${INDEX_PATH} could not be written in ${root}.`, { cause })
  }
}

async function writeLines(temporary: string, store: Store): Promise<WrittenIndex> {
  const file = await open(temporary, 'wx', 0o644)
  try {
    const written = await appendObjects(file, store)
    await file.sync()
    return written
  } finally {
    await file.close()
  }
}

const BLOCK_LINES = 1000

async function appendObjects(file: FileHandle, store: Store): Promise<WrittenIndex> {
  let [objects, bytes] = [0, 0]
  let block: Uint8Array[] = []
  const flush = async () => {
    const joined = Buffer.concat(block)
    block = []
    bytes += joined.length
    if (!fitsIndex({ objects, bytes }))
      throw new MakotoError(
        'limit-exceeded',
        `An index of ${objects} objects and ${bytes} bytes is more than readers take.`,
        {
          hint: 'Divide the store, by year or by team.',
        },
      )
    if (joined.length > 0) await file.appendFile(joined)
  }
  for await (const object of store.list('')) {
    if (!isIndexed(object)) continue
    objects++
    block.push(formatIndexLine(object))
    if (block.length === BLOCK_LINES) await flush()
  }
  await flush()
  return { objects, bytes }
}
