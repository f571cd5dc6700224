import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'
import { encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { datasetName } from '../names.ts'
import { parseJson } from '../parse-json.ts'
import {
  attempt,
  countAllFiles,
  type DirectoryListing,
  findUnlisted,
  type ListingOptions,
  listFile,
} from './directory-listing.ts'

const LOG = '_spark_metadata'
const MAX_LOG_BYTES = 256 * 1024 * 1024
const MAX_LINE_BYTES = 64 * 1024

const sinkFileSchema = z.looseObject({ path: z.string().min(1), action: z.enum(['add', 'delete']) })

/** True where a streaming file sink wrote the directory: then a reader of Spark believes its log and nothing else. */
export function hasSinkLog(root: string): boolean {
  return lstatSync(`${root}/${LOG}`, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/**
 * The files of the directory according to its sink log: those of batches that were committed. Files of a batch that
 * failed, or that is being written, lie in the directory and are left out; they are named, because anybody who can write
 * there could have put log and files in place.
 *
 * @throws MakotoError `sink-log-invalid`
 * @see FORMATS §1
 */
export function listSinkLog(root: string, { symlinks = 'refuse' }: ListingOptions = {}): DirectoryListing {
  const paths = new Set<string>()
  for (const batch of chooseBatches(readBatchNames(root)))
    for (const { path, action } of readBatch(`${root}/${LOG}/${batch}`)) {
      const relative = relativePath(root, path)
      if (action === 'add') paths.add(relative)
      else paths.delete(relative)
    }
  refuseLinkedDirectories(root, paths)
  const files = Array.from(paths, (path) => listFile(root, path, statListed(root, path), symlinks))
  const leftOut = Math.max(0, countAllFiles(root) - countAllFiles(`${root}/${LOG}`) - files.length)
  return { files, leftOut, unlisted: findUnlisted(root, paths) }
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
  return names.filter((name) => /^(?:0|[1-9][0-9]{0,14})(?:\.compact)?$/.test(name))
}

/** The newest compaction holds all that came before it; after it every batch must be there. */
function chooseBatches(names: readonly string[]): string[] {
  const compactions = names.filter((name) => name.endsWith('.compact')).map(Number.parseFloat)
  const compacted = compactions.reduce((newest, batch) => Math.max(newest, batch), -1)
  const later = names
    .filter((name) => !name.endsWith('.compact') && Number(name) > compacted)
    .sort((a, b) => Number(a) - Number(b))
  for (const [offset, name] of later.entries())
    if (Number(name) !== compacted + 1 + offset) throw invalid(`batch ${compacted + 1 + offset} is missing`)
  return compacted < 0 ? later : [`${compacted}.compact`, ...later]
}

function readBatch(file: string): z.infer<typeof sinkFileSchema>[] {
  const [version, ...lines] = readLog(file).split('\n')
  if (version !== 'v1') throw invalid(`${file} is not of version v1`)
  return lines.filter((line) => line !== '').map((line) => parseLine(file, line))
}

/** A pipe or a device in its place must neither block us nor have no end, a link not lead elsewhere. */
function readLog(file: string): string {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const descriptor = attempt(file, () => openSync(file, flags))
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile()) throw invalid(`${file} is not a regular file`)
    if (found.size > MAX_LOG_BYTES) throw new MakotoError('limit-exceeded', `${file} is too large.`)
    return attempt(file, () => readFileSync(descriptor, 'utf8'))
  } finally {
    closeSync(descriptor)
  }
}

function parseLine(file: string, line: string): z.infer<typeof sinkFileSchema> {
  const entry = sinkFileSchema.safeParse(parseJson(encodeUtf8(line), { maxBytes: MAX_LINE_BYTES, maxDepth: 4 }))
  if (!entry.success) throw invalid(`${file} holds a line that is not a file`, entry.error)
  return entry.data
}

/** The log has absolute, percent-encoded URIs: decoded here, once, as `names.ts` asks. */
function relativePath(root: string, uri: string): string {
  const name = datasetName(decodeUri(uri))
  for (const base of [root, realpathSync(root)]) {
    const prefix = `${datasetName(base)}/`
    if (name.startsWith(prefix)) return name.slice(prefix.length)
  }
  throw invalid(`the log names ${uri}, which is not in this directory`)
}

function decodeUri(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch (cause) {
    throw invalid(`the log names ${uri}, which is badly encoded`, cause)
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

function invalid(reason: string, cause?: unknown): MakotoError {
  return new MakotoError('sink-log-invalid', `The log in ${LOG} cannot be followed: ${reason}.`, {
    cause,
    hint: 'A directory that a stream wrote is read where the stream wrote it; a copy needs a new batch job.',
  })
}
