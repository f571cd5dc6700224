import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, readFile, realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { decodeUtf8, encodeUtf8 } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import type { SeenVersion, VersionMemory } from '../verify/version-memory.ts'
import { formatMemoryLine, parseMemory } from './memory-line.ts'

/** What is written with one call to a file opened for appending is never mixed with what others write. */
const MAX_APPEND_BYTES = 4096
const MAX_FILE_BYTES = 64 * 1024 * 1024

/**
 * A memory in a local file that is only appended to, one line for each version seen. It need not exist before the
 * first PROVEN. A file, or a directory around it, that others can write to is refused: they could make it forget.
 *
 * @throws MakotoError `memory-unsafe`, `memory-invalid`, `memory-unusable`
 * @see docs/spec/predicates.md Memory
 */
export function openMemoryFile(path: string): VersionMemory {
  return {
    recall: async (names) => (await readMemory(path)).filter(({ name }) => names.includes(name)),
    remember: (versions) => appendNew(path, versions),
  }
}

async function readMemory(path: string): Promise<SeenVersion[]> {
  return usable(path, async () => {
    await refuseUnsafeDirectory(path)
    const file = await openIfThere(path)
    if (file === undefined) return []
    try {
      const { size } = refuseUnsafe(path, await file.stat())
      if (size > MAX_FILE_BYTES)
        throw new MakotoError('limit-exceeded', `${path} is larger than ${MAX_FILE_BYTES} bytes.`)
    } finally {
      await file.close()
    }
    return parseMemory(await readWholeLines(path), path)
  })
}

/** A line that another process is writing may be half visible for a moment. */
async function readWholeLines(path: string, attempts = 5): Promise<string> {
  const text = decodeUtf8(await readFile(path))
  if (text === '' || text.endsWith('\n') || attempts === 1) return text
  await setTimeout(20)
  return readWholeLines(path, attempts - 1)
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}

/** What is there is not written again, but for a time that was not known before: a file that is read each day stays small. */
async function appendNew(path: string, versions: readonly SeenVersion[]): Promise<void> {
  const known = await readMemory(path)
  const lines = versions
    .filter((version) => !known.some((one) => holds(one, version)))
    .map((version) => encodeUtf8(formatMemoryLine(version)))
  const long = lines.find(({ length }) => length > MAX_APPEND_BYTES)
  if (long !== undefined) throw new MakotoError('limit-exceeded', 'The name is too long for a line of the memory file.')
  await usable(path, async () => {
    for (const line of lines) await appendLine(path, line)
  })
}

const holds = (line: SeenVersion, { name, bundle, time }: SeenVersion) =>
  line.name === name && line.bundle === bundle && (line.time !== undefined || time === undefined)

async function appendLine(path: string, line: Uint8Array): Promise<void> {
  const flags =
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags, 0o600)
  try {
    refuseUnsafe(path, await file.stat())
    const { bytesWritten } = await file.write(line)
    if (bytesWritten !== line.length) throw new MakotoError('memory-unusable', `${path} took only a part of a line.`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** As ssh does with what it believes: ours or root's, and nobody else's to write. Windows has no such bits. */
function refuseUnsafe(path: string, found: Stats): Stats {
  if (!found.isFile()) throw unsafe(path, 'is not a regular file')
  refuseForeign(path, found)
  return found
}

async function refuseUnsafeDirectory(path: string): Promise<void> {
  // Where a link leads is where the file lies, and who can write there can replace it.
  const directory = await realpath(dirname(path))
  const found = await stat(directory)
  // Where the sticky bit is set, only a file's owner can replace it.
  if (!(found.mode & 0o1000)) refuseForeign(directory, found)
}

function refuseForeign(path: string, { mode, uid }: Stats): void {
  const own = process.getuid?.()
  if (own === undefined) return
  if (uid !== own && uid !== 0) throw unsafe(path, 'belongs to somebody else')
  if (mode & 0o022) throw unsafe(path, 'can be written by others')
}

function unsafe(path: string, fault: string): MakotoError {
  return new MakotoError('memory-unsafe', `The memory cannot be relied on: ${path} ${fault}.`, {
    hint: 'Keep it in a directory of your own: chmod go-w.',
  })
}

async function usable<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (cause) {
    if (isMakotoError(cause)) throw cause
    throw new MakotoError('memory-unusable', `The memory file ${path} could not be used.`, { cause })
  }
}
