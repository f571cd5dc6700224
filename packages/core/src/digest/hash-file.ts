import { isAscii } from 'node:buffer'
import { createHash, hash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { MakotoError } from '../errors.ts'
import { startTextScan, type TextFindings, type TextScan } from '../rendering/index.ts'

export interface HashedFile {
  /** Lower-case hex. */
  readonly sha256: string
  readonly size: number
  /** What the file system said of the file as it was opened: another one wherever somebody wrote since. */
  readonly stamp: string
  /** What its text holds that nobody sees; absent where it is no text, or nobody asked. */
  readonly text?: TextFindings
}

export interface HashFileOptions {
  readonly onBytes?: ((bytes: number) => void) | undefined
  /** Scan text for what nobody sees, in the same read. */
  readonly rendering?: boolean | undefined
}

/** Device, inode, size and both times: whoever sets the modification time back still moves the other. */
export function stampOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`
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
export function hashFile(file: string, buffer: Uint8Array, options: HashFileOptions = {}): HashedFile {
  const descriptor = openForReading(file)
  try {
    const before = fstatSync(descriptor)
    if (!before.isFile()) throw new MakotoError('special-file', `${file} is not a regular file.`)
    const scan = options.rendering ? startTextScan(file, isAscii) : undefined
    const reading = { file, descriptor, before, buffer, onBytes: options.onBytes, scan }
    const sha256 = before.size < buffer.length ? hashInOneRead(reading) : hashInParts(reading)
    const text = scan?.end()
    return { sha256, size: before.size, stamp: stampOf(before), ...(text ? { text } : {}) }
  } catch (cause) {
    throw cause instanceof MakotoError ? cause : unreadable(file, cause)
  } finally {
    closeSync(descriptor)
  }
}

interface Reading {
  readonly file: string
  readonly descriptor: number
  readonly before: Stats
  readonly buffer: Uint8Array
  readonly onBytes: HashFileOptions['onBytes']
  readonly scan: TextScan | undefined
}

/** The buffer is longer than the file, so that a file which grew shows it. */
function hashInOneRead({ file, descriptor, before, buffer, onBytes, scan }: Reading): string {
  const read = readSync(descriptor, buffer, 0, buffer.length, null)
  if (read !== before.size) throw changed(file)
  const bytes = buffer.subarray(0, read)
  scan?.push(bytes)
  onBytes?.(read)
  return hash('sha256', bytes, 'hex')
}

function hashInParts({ file, descriptor, before, buffer, onBytes, scan }: Reading): string {
  const state = createHash('sha256')
  let size = 0
  for (;;) {
    const read = readSync(descriptor, buffer, 0, buffer.length, null)
    if (read === 0) break
    const bytes = read === buffer.length ? buffer : buffer.subarray(0, read)
    state.update(bytes)
    scan?.push(bytes)
    size += read
    onBytes?.(read)
  }
  const after = fstatSync(descriptor)
  if (size !== before.size || size !== after.size || before.mtimeMs !== after.mtimeMs) throw changed(file)
  return state.digest('hex')
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
