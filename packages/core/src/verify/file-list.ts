import type { DatasetDigest } from '../digest/index.ts'
import { digestManifest, type ManifestEntry, sortFiles } from '../digest/manifest.ts'
import { isMakotoError } from '../errors.ts'
import { readManifest } from '../store/read-manifest.ts'
import type { Store } from '../store/store.ts'
import type { FileDifference } from './report.ts'

const MAX_NAMED = 1000

/** A list of files as a predicate or an input's `subset` holds it. */
export interface StatedFiles {
  readonly files?: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[]
  readonly manifest?: { readonly digest: { readonly sha256: string } }
}

/**
 * The files that a statement lists, if they are those of `sha256`: from `files`, or from the manifest
 * object under its digest. Undefined where there is no list, or none that gives this digest: the place
 * that a statement names (`ref`) is never followed. In manifest order, whatever order it is listed in.
 *
 * @see FORMATS §1, §4
 */
export async function readFileList(
  store: Store,
  sha256: string,
  { files, manifest }: StatedFiles,
): Promise<ManifestEntry[] | undefined> {
  if (manifest?.digest.sha256 === sha256) return readManifest(store, sha256)
  if (files === undefined) return undefined
  const entries = files.map(({ name, digest }) => ({ path: name, sha256: digest.sha256 }))
  return isListOf(entries, sha256) ? sortFiles(entries) : undefined
}

function isListOf(entries: readonly ManifestEntry[], sha256: string): boolean {
  try {
    return digestManifest(entries).sha256 === sha256
  } catch (error) {
    if (isMakotoError(error)) return false
    throw error
  }
}

/** Which files were altered, are missing or came in addition, compared with what was attested. */
export function compareFiles(attested: readonly ManifestEntry[], found: DatasetDigest['files']): FileDifference {
  const before = new Map(attested.map(({ path, sha256 }) => [path, sha256]))
  const now = new Map(found.map(({ path, sha256 }) => [path, sha256]))
  const altered = [...now].filter(([path, sha256]) => (before.get(path) ?? sha256) !== sha256).map(([path]) => path)
  const missing = [...before.keys()].filter((path) => !now.has(path))
  const added = [...now.keys()].filter((path) => !before.has(path))
  return differenceOf({ altered, missing, added })
}

/** Files that differ, named as far as a report names them. */
export function differenceOf(lists: Record<'altered' | 'missing' | 'added', readonly string[]>): FileDifference {
  const cut = (paths: readonly string[]) => paths.slice(0, MAX_NAMED)
  const beyond = Object.values(lists).map(({ length }) => Math.max(0, length - MAX_NAMED))
  return {
    altered: cut(lists.altered),
    missing: cut(lists.missing),
    added: cut(lists.added),
    more: beyond.reduce((total, count) => total + count, 0),
  }
}
