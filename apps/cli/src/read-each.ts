import { MakotoError } from '@makoto/core'
import { readNamedFile } from './read-file.ts'
import { UsageError } from './usage-error.ts'

/** Reads every file that a repeated option names, in order; one that is not what it should be is named. */
export async function readEachFile<T>(
  paths: readonly string[] | undefined,
  what: string,
  parse: (bytes: Uint8Array) => readonly T[],
): Promise<T[]> {
  const read = await Promise.all(
    (paths ?? []).map(async (path) => parseNamed(path, what, await readNamedFile(path, what), parse)),
  )
  return read.flat()
}

function parseNamed<T>(
  path: string,
  what: string,
  bytes: Uint8Array,
  parse: (bytes: Uint8Array) => readonly T[],
): readonly T[] {
  try {
    return parse(bytes)
  } catch (error) {
    if (error instanceof MakotoError)
      throw new UsageError(`${path} is no ${what} that can be used: ${error.message}`, error.hint)
    throw error
  }
}
