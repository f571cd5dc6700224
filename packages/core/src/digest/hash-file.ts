import { createHash, hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { MakotoError } from '../errors.ts'

export interface HashedFile {
  /** Lower-case hex. */
  readonly sha256: string
  readonly size: number
}

/** Large enough that the system calls vanish, small enough to stay in a core's cache; measured from 64 KiB to 4 MiB. */
export const READ_BUFFER_BYTES = 512 * 1024

// A pipe or a link that took the place of a listed file must neither block us nor lead elsewhere.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * Reads a regular file once, through `buffer`, and hashes it. Blocks its thread: synchronous calls cost half of what
 * promises do where files are small.
 *
 * @throws MakotoError `data-changed` if the file is not the same at the end as at the beginning
 */
export function hashFile(file: string, buffer: Uint8Array, onBytes?: (bytes: number) => void): HashedFile {
  const descriptor = openForReading(file)
  try {
    const before = fstatSync(descriptor)
    if (!before.isFile()) throw new MakotoError('special-file', `${file} is not a regular file.`)
    return before.size < buffer.length
      ? hashInOneRead(file, descriptor, before, buffer, onBytes)
      : hashInParts(file, descriptor, before, buffer, onBytes)
  } catch (cause) {
    throw cause instanceof MakotoError ? cause : unreadable(file, cause)
  } finally {
    closeSync(descriptor)
  }
}

/** The buffer is longer than the file, so that a file which grew shows it. */
function hashInOneRead(
  file: string,
  descriptor: number,
  { size }: Stats,
  buffer: Uint8Array,
  onBytes?: (bytes: number) => void,
): HashedFile {
  const read = readSync(descriptor, buffer, 0, buffer.length, null)
  if (read !== size) throw changed(file)
  onBytes?.(read)
  return { sha256: hash('sha256', buffer.subarray(0, read), 'hex'), size }
}

function hashInParts(
  file: string,
  descriptor: number,
  before: Stats,
  buffer: Uint8Array,
  onBytes?: (bytes: number) => void,
): HashedFile {
  const state = createHash('sha256')
  let size = 0
  for (;;) {
    const read = readSync(descriptor, buffer, 0, buffer.length, null)
    if (read === 0) break
    state.update(read === buffer.length ? buffer : buffer.subarray(0, read))
    size += read
    onBytes?.(read)
  }
  const after = fstatSync(descriptor)
  if (size !== before.size || size !== after.size || before.mtimeMs !== after.mtimeMs) throw changed(file)
  return { sha256: state.digest('hex'), size }
}

function openForReading(file: string): number {
  try {
    return openSync(file, FLAGS)
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

function changed(file: string): MakotoError {
  return new MakotoError('data-changed', `${file} changed while it was read.`, {
    hint: 'Run it again when nobody writes there.',
  })
}

function unreadable(file: string, cause: unknown): MakotoError {
  return new MakotoError('data-unreadable', `${file} could not be read.`, { cause })
}
