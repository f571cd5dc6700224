import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isMakotoError, MakotoError } from '../errors.ts'
import { datasetName, pathOfDatasetName } from '../names.ts'
import { openFiles } from '../store/local-files.ts'

export interface FileTime {
  readonly size: number
  readonly mtime: number
}

/**
 * Sizes and times of a dataset's files, by manifest path: what a later writer compares before it trusts an index.
 * None where a name beside the data cannot be listed: an index is a saving, not evidence.
 */
export async function readFileTimes(dataset: string): Promise<Map<string, FileTime>> {
  try {
    return await listFileTimes(dataset)
  } catch (error) {
    if (isMakotoError(error, 'path-invalid')) return new Map()
    throw error
  }
}

async function listFileTimes(dataset: string): Promise<Map<string, FileTime>> {
  const path = pathOfDatasetName(datasetName(dataset))
  const times = new Map<string, FileTime>()
  if (path === undefined) return times
  if (isDirectory(path)) {
    for await (const { path: file, size, mtime } of openFiles(path).list()) times.set(file, { size, mtime })
    return times
  }
  const file = await openFiles(dirname(path)).stat(basename(path))
  return file === undefined ? times : times.set(basename(path), file)
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (cause) {
    throw new MakotoError('data-unreadable', `${path} could not be read.`, { cause })
  }
}
