import { lstatSync, realpathSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { compareUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { type DatasetStamps, listDataset, localPath, stampUnlisted } from './dataset.ts'
import type { ListingOptions } from './directory-listing.ts'
import { stampOf } from './hash-file.ts'

/**
 * What the file system says of a dataset's files now, without reading them.
 *
 * @throws MakotoError as `digestDataset` does where the files cannot be listed
 */
export function readStamps(pathOrUri: string, options: ListingOptions = {}): DatasetStamps {
  const path = localPath(pathOrUri)
  try {
    if (!statSync(path).isDirectory()) return new Map([[basename(path), stampOf(lstatSync(realpathSync(path)))]])
    const listing = listDataset(path, options)
    const stamps = listing.files.map((listed) => [listed.path, stampOf(lstatSync(listed.file))] as const)
    return new Map([...stamps, ...stampUnlisted(listing)])
  } catch (cause) {
    if (cause instanceof MakotoError) throw cause
    throw new MakotoError('data-unreadable', `${path} could not be read.`, { cause })
  }
}

/** The files that are not as they were: written to, gone, or new. In manifest order. */
export function compareStamps(before: DatasetStamps, after: DatasetStamps): string[] {
  const changed = [...before].filter(([path, stamp]) => after.get(path) !== stamp).map(([path]) => path)
  const added = [...after.keys()].filter((path) => !before.has(path))
  return [...changed, ...added].sort(compareUtf8)
}
