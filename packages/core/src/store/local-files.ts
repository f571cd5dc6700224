import { constants, lstatSync } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { decodeName } from '../digest/directory-listing.ts'
import { checkManifestPath } from '../digest/manifest-path.ts'
import { compareUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { datasetName, pathOfDatasetName } from '../names.ts'
import type { ByteRange, FileSource, SourceFile } from './file-source.ts'

const CHUNK_BYTES = 1024 * 1024

/** Asking in turn, without a promise each, costs a fifth; so many before anything else may happen. */
const STATS_AT_ONCE = 1000

/** Opens the files below a path or URI. */
export function openFiles(rootUri: string): FileSource {
  const root = pathOfDatasetName(datasetName(rootUri))
  if (root === undefined)
    throw new MakotoError('source-unsupported', `No file source answers to ${rootUri}.`, {
      hint: 'Use a local path or file:/path.',
    })
  return {
    list: (prefix = '') => walk(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix),
    open: (path, range) => readFile(root, path, range),
    stat: async (path) => statFile(root, path),
  }
}

async function* walk(root: string, directory: string, prefix: string): AsyncGenerator<SourceFile> {
  for (const [index, name] of (await readNames(`${root}/${directory}`)).entries()) {
    if (index % STATS_AT_ONCE === STATS_AT_ONCE - 1) await setImmediate()
    const path = directory + name
    if (!path.startsWith(prefix)) continue
    if (name.endsWith('/')) yield* walk(root, path, prefix)
    else {
      const file = statFile(root, path)
      if (file !== undefined) yield file
    }
  }
}

async function readNames(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' })
    return entries.map((entry) => decodeName(entry.name) + (entry.isDirectory() ? '/' : '')).sort(compareUtf8)
  } catch (cause) {
    if (cause instanceof MakotoError) throw cause
    if (isAbsent(cause)) return []
    throw unreadable(directory, cause)
  }
}

function statFile(root: string, path: string): SourceFile | undefined {
  checkManifestPath(path)
  try {
    const found = lstatSync(`${root}/${path}`)
    return found.isFile() ? { path, size: found.size, mtime: Math.floor(found.mtimeMs) } : undefined
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw unreadable(path, cause)
  }
}

async function* readFile(root: string, path: string, range?: ByteRange): AsyncGenerator<Uint8Array> {
  const file = statFile(root, path)
  if (file === undefined) throw unreadable(path)
  const { offset, length } = range ?? { offset: 0, length: file.size }
  if (offset < 0 || length < 0 || offset + length > file.size)
    throw new MakotoError('data-unreadable', `${path} has ${file.size} bytes, not ${length} from ${offset}.`)
  const handle = await open(`${root}/${path}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    for (let at = offset; at < offset + length; ) {
      const part = new Uint8Array(Math.min(CHUNK_BYTES, offset + length - at))
      const { bytesRead } = await handle.read(part, 0, part.length, at)
      if (bytesRead === 0) throw new MakotoError('data-changed', `${path} became shorter while it was read.`)
      yield part.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await handle.close()
  }
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}

function unreadable(path: string, cause?: unknown): MakotoError {
  return new MakotoError('data-unreadable', `${path} could not be read.`, { cause })
}
