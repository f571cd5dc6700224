import { readFile, stat } from 'node:fs/promises'
import { UsageError } from './usage-error.ts'

const MAX_BYTES = 16 * 1024 * 1024

/** Reads a file that the command line names: keys, certificates, bundles, configuration. Never data. */
export async function readNamedFile(path: string, what: string, maxBytes = MAX_BYTES): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > maxBytes) throw new UsageError(`the ${what} ${path} has ${size} bytes: that is no ${what}`)
    return await readFile(path)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(
      `the ${what} ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

export async function readNamedText(path: string, what: string): Promise<string> {
  return new TextDecoder().decode(await readNamedFile(path, what))
}
