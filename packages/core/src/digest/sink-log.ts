import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { MakotoError } from '../errors.ts'
import {
  attempt,
  countAllFiles,
  type DirectoryListing,
  findUnlisted,
  type ListedFile,
  type ListingOptions,
  listFile,
} from './directory-listing.ts'
import { invalidSinkLog, parseSinkLine, type SinkFile } from './sink-log-line.ts'

const LOG = '_spark_metadata'
const MAX_LOG_BYTES = 256 * 1024 * 1024

/**
 * True where a streaming file sink wrote the directory: then a reader of Spark believes its log and nothing else. It
 * follows a link that has the log's name, and takes a file that has it for an empty log.
 *
 * @throws MakotoError `sink-log-invalid` where that name is no directory
 */
export function hasSinkLog(root: string): boolean {
  const found = attempt(root, () => lstatSync(`${root}/${LOG}`, { throwIfNoEntry: false }))
  if (found !== undefined && !found.isDirectory()) throw invalidSinkLog(`${LOG} is not a directory`)
  return found !== undefined
}

/**
 * The files of the directory according to its sink log: those of batches that were committed. Files of a batch that
 * failed, or that is being written, lie in the directory and are left out; they are named, because anybody who can write
 * there could have put log and files in place. For the same reason the log has to say of each file what is true of it.
 *
 * @throws MakotoError `sink-log-invalid`
 * @see FORMATS §1, docs/decisions/0046-a-sinks-log-is-true-of-the-files.md
 */
export function listSinkLog(root: string, { symlinks = 'refuse' }: ListingOptions = {}): DirectoryListing {
  const sizes = new Map<string, number>()
  for (const batch of chooseBatches(readBatchNames(root)))
    for (const { path, size } of readBatch(root, batch)) {
      // Spark would read it twice.
      if (sizes.has(path)) throw invalidSinkLog(`${path} stands in it twice`)
      sizes.set(path, size)
    }
  refuseLinkedDirectories(root, sizes.keys())
  const files = Array.from(sizes, ([path, size]) => listSized(root, { path, size }, symlinks))
  const leftOut = Math.max(0, countAllFiles(root) - countAllFiles(`${root}/${LOG}`) - files.length)
  return { files, leftOut, unlisted: findUnlisted(root, sizes) }
}

/** Spark reads as many bytes as the log says. */
function listSized(root: string, { path, size }: SinkFile, symlinks: 'refuse' | 'inside'): ListedFile {
  const found = statListed(root, path)
  const listed = listFile(root, path, found, symlinks)
  const actual = found.isSymbolicLink() ? attempt(listed.file, () => lstatSync(listed.file)).size : found.size
  if (actual !== size) throw invalidSinkLog(`it gives ${path} ${size} bytes, and the file has ${actual}`)
  return listed
}

/** A listing walks into directories only; a log names paths, and one over a link would lead anywhere. */
function refuseLinkedDirectories(root: string, paths: Iterable<string>): void {
  const real = attempt(root, () => realpathSync(root))
  for (const directory of new Set(Array.from(paths, (path) => dirname(path)))) {
    const place = directory === '.' ? '' : `/${directory}`
    if (attempt(root + place, () => realpathSync(root + place)) !== real + place)
      throw new MakotoError('symlink-refused', `${root}${place} leads over a symbolic link.`)
  }
}

function readBatchNames(root: string): string[] {
  const names = attempt(`${root}/${LOG}`, () => readdirSync(`${root}/${LOG}`))
  const odd = names.find((name) => isNumberToSpark(name) && !isBatchName(name))
  if (odd !== undefined) throw invalidSinkLog(`${odd} counts as a batch to Spark and is none`)
  return names.filter(isBatchName)
}

const isBatchName = (name: string) => /^(?:0|[1-9][0-9]{0,14})(?:\.compact)?$/.test(name)

/** It takes signs and digits of any script, and by such a name it can come to other batches than those of the newest compaction. */
const isNumberToSpark = (name: string) => /^[+-]?\p{Nd}+(?:\.compact)?$/u.test(name)

/** The newest compaction holds all that came before it; after it every batch must be there. */
function chooseBatches(names: readonly string[]): string[] {
  const compactions = names.filter((name) => name.endsWith('.compact')).map(Number.parseFloat)
  const compacted = compactions.reduce((newest, batch) => Math.max(newest, batch), -1)
  const later = names
    .filter((name) => !name.endsWith('.compact') && Number(name) > compacted)
    .sort((a, b) => Number(a) - Number(b))
  for (const [offset, name] of later.entries())
    if (Number(name) !== compacted + 1 + offset) throw invalidSinkLog(`batch ${compacted + 1 + offset} is missing`)
  return compacted < 0 ? later : [`${compacted}.compact`, ...later]
}

function readBatch(root: string, batch: string): SinkFile[] {
  const [version, ...lines] = readLog(`${root}/${LOG}/${batch}`).split('\n')
  if (version !== 'v1') throw invalidSinkLog(`${batch} is not of version v1`)
  return lines.filter((line) => line !== '').map((line) => parseSinkLine(root, batch, line))
}

/** A pipe or a device in its place must neither block us nor have no end, a link not lead elsewhere. */
function readLog(file: string): string {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const descriptor = attempt(file, () => openSync(file, flags))
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile()) throw invalidSinkLog(`${file} is not a regular file`)
    if (found.size > MAX_LOG_BYTES) throw new MakotoError('limit-exceeded', `${file} is too large.`)
    return attempt(file, () => readFileSync(descriptor, 'utf8'))
  } finally {
    closeSync(descriptor)
  }
}

function statListed(root: string, path: string) {
  try {
    return lstatSync(`${root}/${path}`)
  } catch (cause) {
    throw new MakotoError('data-unreadable', `${root}/${path} stands in the sink's log and could not be read.`, {
      cause,
    })
  }
}
