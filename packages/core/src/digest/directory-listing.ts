import { isUtf8 } from 'node:buffer'
import { type Dirent, lstatSync, readdirSync, realpathSync } from 'node:fs'
import { MakotoError } from '../errors.ts'
import { checkManifestPath } from './manifest-path.ts'

export interface ListingOptions {
  /** `inside`: a link to a regular file within the root counts with the target's bytes. Default: `refuse`. */
  readonly symlinks?: 'refuse' | 'inside' | undefined
}

export interface ListedFile {
  /** Relative to the root, as a manifest has it. */
  readonly path: string
  /** Where its bytes are: absolute, links resolved. */
  readonly file: string
}

export interface DirectoryListing {
  readonly files: readonly ListedFile[]
  /** Files that are no data: that the rule leaves out, or that a sink's log does not list. */
  readonly leftOut: number
  /** Those of them that the rule would keep: what lies beside a sink's log, and whoever reads without the log reads too. */
  readonly unlisted: readonly string[]
}

/**
 * Spark's rule of what is data: not a name that starts with `.`, nor one that starts with `_` and is no partition
 * (`_year=2026`), nor one that is still being copied. It holds for every segment of a path.
 *
 * @see FORMATS §1
 */
export function isLeftOut(name: string): boolean {
  return name.startsWith('.') || (name.startsWith('_') && !name.includes('=')) || name.endsWith('._COPYING_')
}

/**
 * The data files below a directory.
 *
 * @throws MakotoError `path-invalid`, `special-file`, `symlink-refused`, `data-unreadable`
 * @see FORMATS §1
 */
export function listDirectory(root: string, { symlinks = 'refuse' }: ListingOptions = {}): DirectoryListing {
  const files: ListedFile[] = []
  let leftOut = 0
  const visit = (directory: string, prefix: string): void => {
    for (const entry of readEntries(directory)) {
      if (isLeftOut(entry.name.toString('latin1'))) leftOut += countFiles(Buffer.from(`${directory}/`), entry)
      else {
        const path = prefix + decodeName(entry.name)
        const file = `${root}/${path}`
        if (entry.isDirectory()) visit(file, `${path}/`)
        else files.push(listFile(root, path, entry, symlinks))
      }
    }
  }
  visit(root, '')
  return { files, leftOut, unlisted: [] }
}

/** What a listing by the rule would take below a directory, and `listed` does not name: files, and whatever no directory is. */
export function findUnlisted(root: string, listed: Pick<ReadonlySet<string>, 'has'>, prefix = ''): string[] {
  return readEntries(`${root}/${prefix}`).flatMap((entry) => {
    if (isLeftOut(entry.name.toString('latin1'))) return []
    // No log names it, and no string leads into it.
    if (!isUtf8(entry.name)) return [prefix + entry.name.toString('latin1')]
    const path = prefix + entry.name.toString('utf8')
    if (entry.isDirectory()) return findUnlisted(root, listed, `${path}/`)
    return listed.has(path) ? [] : [path]
  })
}

/** Files below a directory, data or not. */
export function countAllFiles(root: string): number {
  return readEntries(root).reduce((count, entry) => count + countFiles(Buffer.from(`${root}/`), entry), 0)
}

/** One listed path as a file to read: regular, or a link that is allowed. */
export function listFile(
  root: string,
  path: string,
  entry: Pick<Dirent<Buffer>, 'isFile' | 'isSymbolicLink'>,
  symlinks: 'refuse' | 'inside',
): ListedFile {
  checkManifestPath(path)
  const file = `${root}/${path}`
  if (entry.isFile()) return { path, file }
  if (!entry.isSymbolicLink()) throw new MakotoError('special-file', `${file} is neither a file nor a directory.`)
  if (symlinks === 'refuse')
    throw new MakotoError('symlink-refused', `${file} is a symbolic link.`, {
      hint: 'Allow links inside the directory, or attest the directory they lead to.',
    })
  return { path, file: resolveInside(root, file) }
}

function resolveInside(root: string, link: string): string {
  const target = attempt(link, () => realpathSync(link))
  if (!target.startsWith(`${attempt(root, () => realpathSync(root))}/`))
    throw new MakotoError('symlink-refused', `${link} leads out of the directory.`)
  if (!attempt(target, () => lstatSync(target)).isFile())
    throw new MakotoError('symlink-refused', `${link} does not lead to a regular file.`)
  return target
}

/** Names as bytes: as strings, one that is not UTF-8 would be read with U+FFFD in it and pass for another. */
function readEntries(directory: string | Buffer): Dirent<Buffer>[] {
  return attempt(directory, () => readdirSync(directory, { withFileTypes: true, encoding: 'buffer' }))
}

/** @throws MakotoError `path-invalid` */
export function decodeName(name: Buffer): string {
  if (isUtf8(name)) return name.toString('utf8')
  throw new MakotoError('path-invalid', `The file name ${JSON.stringify(name.toString('latin1'))} is not UTF-8.`)
}

function countFiles(parent: Buffer, entry: Dirent<Buffer>): number {
  if (!entry.isDirectory()) return 1
  const directory = Buffer.concat([parent, entry.name, Buffer.from('/')])
  return readEntries(directory).reduce((count, inner) => count + countFiles(directory, inner), 0)
}

/** What the file system refuses, as an error of ours. */
export function attempt<Result>(place: string | Buffer, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    throw new MakotoError('data-unreadable', `${place} could not be read.`, { cause })
  }
}
