import { existsSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename } from 'node:path'
import { MakotoError } from '../errors.ts'
import { datasetName, pathOfDatasetName } from '../names.ts'
import { analyseRendering, type RenderingAnalysis } from '../rendering/index.ts'
import { type DirectoryListing, type ListingOptions, listDirectory } from './directory-listing.ts'
import { type HashOptions, hashFiles } from './hash-files.ts'
import { digestManifest, sortFiles } from './manifest.ts'
import { findPathClashes } from './manifest-path.ts'
import { hasSinkLog, listSinkLog } from './sink-log.ts'

export interface FileDigest {
  readonly path: string
  /** Lower-case hex. */
  readonly sha256: string
  readonly size: number
}

export interface DatasetDigest {
  /** A directory is read as `files`; tables come from their own sources. */
  readonly kind: 'file' | 'files' | 'delta' | 'iceberg'
  /** Lower-case hex: of the bytes of a `file`, of the manifest of `files`. */
  readonly sha256: string
  /** Lower-case hex; absent for a `file`. */
  readonly merkleRoot?: string
  /** Lower-case hex, of a table: H of what else a reader sees of this version. @see FORMATS §1 */
  readonly stateDigest?: string
  /** In manifest order. */
  readonly files: readonly FileDigest[]
  /** Files in the directory that are no data (FORMATS §1). */
  readonly leftOut: number
  /** Those that lie beside the log of a streaming sink and that it does not list; absent where there are none. */
  readonly unlisted?: readonly string[]
  /** Sum of the files' sizes. */
  readonly bytes: number
  /** What its texts hold that nobody sees, if that was asked for: of the very bytes that were hashed. */
  readonly rendering?: RenderingAnalysis
}

/** Manifest path to what the file system said of the file. No evidence of content: it shows that somebody wrote. */
export type DatasetStamps = ReadonlyMap<string, string>

export interface DigestDirectoryOptions extends HashOptions, ListingOptions {
  /** Refuse with `files-left-out` instead of counting what is left out, and `path-invalid` names that elsewhere are one. */
  readonly strict?: boolean | undefined
  /** Told what the file system said of each file as it was hashed: for `readStamps` to compare with later. */
  readonly onStamps?: ((stamps: DatasetStamps) => void) | undefined
}

export interface DigestDatasetOptions extends DigestDirectoryOptions {
  /** Take a Delta or Iceberg table for the plain files that it is not. */
  readonly as?: 'files' | undefined
}

/**
 * Digests a dataset version, reading every byte once: a file by its bytes, a directory by its manifest.
 *
 * @throws MakotoError where the data cannot be read, or is not what it seems: `table-found`, `special-file`, …
 * @see FORMATS §1
 */
export async function digestDataset(pathOrUri: string, options: DigestDatasetOptions = {}): Promise<DatasetDigest> {
  const path = localPath(pathOrUri)
  if (!statPath(path).isDirectory()) return digestFile(path, options)
  if (options.as !== 'files') refuseTable(path)
  return digestDirectory(path, options)
}

export async function digestFile(
  path: string,
  options: HashOptions & Pick<DigestDirectoryOptions, 'onStamps'> = {},
): Promise<DatasetDigest> {
  if (!statPath(path).isFile()) throw new MakotoError('special-file', `${path} is not a regular file.`)
  const [hashed] = await hashFiles([realpathSync(path)], options)
  if (hashed === undefined) throw new MakotoError('data-unreadable', `${path} could not be read.`)
  const { sha256, size, stamp, text } = hashed
  const name = basename(path)
  options.onStamps?.(new Map([[name, stamp]]))
  return {
    kind: 'file',
    sha256,
    files: [{ path: name, sha256, size }],
    leftOut: 0,
    bytes: size,
    ...(options.rendering ? { rendering: analyseRendering([{ path: name, text }], sha256) } : {}),
  }
}

/** Digests the data files below a directory, table or not. */
export async function digestDirectory(root: string, options: DigestDirectoryOptions = {}): Promise<DatasetDigest> {
  const listing = listDataset(root, options)
  const listed = sortFiles(listing.files)
  if (options.strict) {
    refuseLeftOut(root, listing)
    refuseClashes(root, listed)
  }
  const hashed = await hashFiles(
    listed.map(({ file }) => file),
    options,
  )
  const files = hashed.map(({ sha256, size }, index) => ({ path: listed[index]?.path ?? '', sha256, size }))
  const bytes = files.reduce((total, { size }) => total + size, 0)
  const stamps = hashed.map(({ stamp }, index) => [listed[index]?.path ?? '', stamp] as const)
  options.onStamps?.(new Map([...stamps, ...stampUnlisted(listing)]))
  const digest = digestManifest(files)
  const scanned = () => hashed.map(({ text }, index) => ({ path: listed[index]?.path ?? '', text }))
  return {
    kind: 'files',
    ...digest,
    files,
    leftOut: listing.leftOut,
    ...(listing.unlisted.length === 0 ? {} : { unlisted: listing.unlisted }),
    bytes,
    ...(options.rendering ? { rendering: analyseRendering(scanned(), digest.sha256) } : {}),
  }
}

/** The data files below a directory: what the sink's log lists where there is one, else what lies there. */
export function listDataset(root: string, options: ListingOptions): DirectoryListing {
  return hasSinkLog(root) ? listSinkLog(root, options) : listDirectory(root, options)
}

/** That they lie there is all that is known of them: nobody reads what the log does not list. */
export function stampUnlisted({ unlisted }: DirectoryListing): [string, string][] {
  return unlisted.map((path) => [path, 'unlisted'])
}

/** @throws MakotoError `source-unsupported` where the dataset is not a local one */
export function localPath(pathOrUri: string): string {
  const path = pathOfDatasetName(datasetName(pathOrUri))
  if (path !== undefined) return path
  throw new MakotoError('source-unsupported', `No file source answers to ${pathOrUri}.`, {
    hint: 'Use a local path or file:/path.',
  })
}

function statPath(path: string): Stats {
  try {
    return statSync(path)
  } catch (cause) {
    throw new MakotoError('data-unreadable', `${path} could not be read.`, { cause })
  }
}

function refuseTable(root: string): void {
  const format = tableFormat(root)
  if (format !== undefined)
    throw new MakotoError('table-found', `${root} is ${format}: its files are not its content.`, {
      hint: 'Tables are not read in this version; asked for as files, what lies there is taken for plain files.',
    })
}

/** Files of a table include those of older versions and of writers that failed. */
function tableFormat(root: string): string | undefined {
  if (existsSync(`${root}/_delta_log`)) return 'a Delta table'
  if (existsSync(`${root}/.hoodie`)) return 'a Hudi table'
  const metadata = existsSync(`${root}/metadata`) && statSync(`${root}/metadata`).isDirectory()
  const names = metadata ? readdirSync(`${root}/metadata`) : []
  return names.some((name) => /\.metadata\.json(?:\.gz)?$/.test(name)) ? 'an Iceberg table' : undefined
}

function refuseLeftOut(root: string, { leftOut }: DirectoryListing): void {
  if (leftOut > 0)
    throw new MakotoError('files-left-out', `${leftOut} files in ${root} are no data by their names.`, {
      hint: 'Names that begin with . or _, or end in ._COPYING_, are left out.',
    })
}

function refuseClashes(root: string, listed: readonly { readonly path: string }[]): void {
  const [clash] = findPathClashes(listed.map(({ path }) => path))
  if (clash !== undefined)
    throw new MakotoError(
      'path-invalid',
      `${clash.map((path) => JSON.stringify(path)).join(' and ')} in ${root} are one name elsewhere.`,
      {
        hint: 'They differ in case or Unicode form only: a copy to another file system would lose one.',
      },
    )
}
