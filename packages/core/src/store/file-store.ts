import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { equalBytes } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { decompressGzip } from './gzip.ts'
import { checkObjectPath, checkObjectPrefix, isObjectPath } from './object-path.ts'
import type { PutResult, Store, StoredObject } from './store.ts'
import { liesInStore } from './store-bounds.ts'

/** Bound of what is read to compare an object that is already there; a larger one cannot be the same. */
const MAX_CONTENT = 1024 * 1024 * 1024

/**
 * A store in a directory, which need not exist before the first write. Opens and links; never renames, never changes.
 * Symbolic links count where they lead to what is in the store.
 */
export function openFileStore(root: string): Store {
  return {
    get: async (path, { maxBytes }) => readObject(root, locate(root, path), maxBytes),
    put: (path, bytes) => putObject(root, path, bytes),
    list: (prefix) => listObjects(root, prefix),
    head: async (path) => {
      const found = await statObject(root, locate(root, path))
      return found?.isFile() ? { size: found.size } : undefined
    },
  }
}

function locate(root: string, path: string): string {
  checkObjectPath(path)
  return join(root, path)
}

async function readObject(root: string, file: string, maxBytes: number): Promise<Uint8Array | undefined> {
  return reachable(file, async () => {
    // Without O_NONBLOCK, opening a pipe that somebody put there would wait for ever.
    const handle = await openExisting(file, constants.O_RDONLY | constants.O_NONBLOCK)
    if (handle === undefined) return undefined
    try {
      const found = await handle.stat()
      return found.isFile() && liesInStore(root, file, found)
        ? await readWhole(handle, file, found, maxBytes)
        : undefined
    } finally {
      await handle.close()
    }
  })
}

async function openExisting(file: string, flags: number): Promise<FileHandle | undefined> {
  try {
    return await open(file, flags)
  } catch (cause) {
    if (isAbsent(cause)) return undefined
    throw cause
  }
}

async function readWhole(handle: FileHandle, file: string, { size }: Stats, maxBytes: number): Promise<Uint8Array> {
  if (size > maxBytes) throw new MakotoError('limit-exceeded', `${file} has ${size} bytes, ${maxBytes} are allowed`)
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at)
    if (bytesRead === 0) throw new MakotoError('data-changed', `${file} became shorter while it was read`)
    at += bytesRead
  }
  return bytes
}

async function putObject(root: string, path: string, bytes: Uint8Array): Promise<PutResult> {
  const file = locate(root, path)
  return reachable(file, async () => {
    const compare = () => compareStored(root, path, bytes)
    if (await stat(file).catch(refuseUnlessAbsent)) return compare()
    await mkdir(dirname(file), { recursive: true })
    if (!liesInStore(root, dirname(file), await stat(dirname(file))))
      throw new MakotoError(
        'store-unreachable',
        `${dirname(file)} leads out of the store, so nothing is written there.`,
      )
    return (await createExclusively(file, bytes)) ? 'stored' : compare()
  })
}

/**
 * Writes beside the object, then links the finished file to its name: link(2) fails where the name is taken, rename(2)
 * would replace it. A writer that dies leaves a hidden temporary file and no object.
 */
async function createExclusively(file: string, bytes: Uint8Array): Promise<boolean> {
  const temporary = join(dirname(file), `.${randomBytes(12).toString('hex')}.tmp`)
  try {
    await writeDurably(temporary, bytes)
    await link(temporary, file)
  } catch (cause) {
    if (hasErrorCode(cause, 'EEXIST')) return false
    if (hasErrorCode(cause, 'EPERM', 'ENOTSUP', 'ENOSYS'))
      throw new MakotoError('store-unreachable', `${dirname(file)} does not take hard links`, {
        cause,
        hint: 'Keep the store on a file system with hard links: without them a crash could leave half an object.',
      })
    throw cause
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
  await syncDirectory(dirname(file))
  return true
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o644)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function compareStored(root: string, path: string, bytes: Uint8Array): Promise<PutResult> {
  const stored = await readObject(root, locate(root, path), MAX_CONTENT)
  if (stored !== undefined && (equalBytes(stored, bytes) || equalContent(path, stored, bytes))) return 'same'
  throw new MakotoError('store-conflict', `The store holds something else under ${path}.`, {
    hint: 'Objects never change. Somebody else wrote there, or the object was damaged: compare it before you remove it.',
  })
}

/** Two compressors, or two versions of one, write different bytes for the same content. */
function equalContent(path: string, stored: Uint8Array, bytes: Uint8Array): boolean {
  if (!path.endsWith('.gz')) return false
  const content = decompressGzip(bytes, { maxBytes: MAX_CONTENT })
  try {
    return equalBytes(decompressGzip(stored, { maxBytes: content.length + 1 }), content)
  } catch {
    return false
  }
}

async function* listObjects(root: string, prefix: string): AsyncGenerator<StoredObject> {
  checkObjectPrefix(prefix)
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix)
}

async function* walk(root: string, directory: string, prefix: string): AsyncGenerator<StoredObject> {
  for (const name of await readNames(root, join(root, directory))) {
    const path = directory + name
    if (!path.startsWith(prefix) && !(name.endsWith('/') && prefix.startsWith(path))) continue
    if (name.endsWith('/')) yield* walk(root, path, prefix)
    else {
      const found = await reachable(path, () => statObject(root, join(root, path)))
      if (found?.isFile() && isObjectPath(path)) yield { path, size: found.size }
    }
  }
}

/** Directories carry their slash, so that sorting names gives the order of whole paths. */
async function readNames(root: string, directory: string): Promise<string[]> {
  return reachable(directory, async () => {
    if ((await statObject(root, directory)) === undefined) return []
    const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
      if (isAbsent(cause)) return []
      throw cause
    })
    return entries
      .filter(({ name }) => !name.startsWith('.'))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort()
  })
}

async function statObject(root: string, file: string): Promise<Stats | undefined> {
  const found = await stat(file).catch(refuseUnlessAbsent)
  return found && liesInStore(root, file, found) ? found : undefined
}

function refuseUnlessAbsent(cause: unknown): undefined {
  if (!isAbsent(cause)) throw cause
}

async function reachable<Result>(file: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof MakotoError) throw cause
    throw new MakotoError('store-unreachable', `The store could not be used at ${file}.`, { cause })
  }
}

/** A link that leads to nothing, or round in a circle, is nothing either. */
const isAbsent = (cause: unknown) => hasErrorCode(cause, 'ENOENT', 'ENOTDIR', 'ELOOP')

function hasErrorCode(cause: unknown, ...codes: string[]): boolean {
  return cause instanceof Error && 'code' in cause && codes.includes(String(cause.code))
}
