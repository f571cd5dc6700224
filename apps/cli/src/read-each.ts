import { readNamedFile } from './read-file.ts'

/** Reads every file that a repeated option names, in order. */
export async function readEachFile<T>(
  paths: readonly string[] | undefined,
  what: string,
  parse: (bytes: Uint8Array) => readonly T[],
): Promise<T[]> {
  const read = await Promise.all((paths ?? []).map(async (path) => parse(await readNamedFile(path, what))))
  return read.flat()
}
