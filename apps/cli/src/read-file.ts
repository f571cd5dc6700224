import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { UsageError } from './usage-error.ts'

const MAX_BYTES = 16 * 1024 * 1024

export interface NamedFileOptions {
  /** Default 16 MiB. */
  readonly maxBytes?: number
  /** Not a pipe, which a shell may put on a command line, nor a device: what another file names is a file. */
  readonly regular?: boolean
}

/** Reads a file that the command line names: keys, certificates, bundles, configuration. Never data. */
export async function readNamedFile(path: string, what: string, options: NamedFileOptions = {}): Promise<Uint8Array> {
  const { maxBytes = MAX_BYTES, regular = false } = options
  try {
    // Without O_NONBLOCK, opening a pipe to which nobody writes would wait for ever.
    const handle = await open(path, regular ? constants.O_RDONLY | constants.O_NONBLOCK : constants.O_RDONLY)
    try {
      if (regular && !(await handle.stat()).isFile()) throw new UsageError(`the ${what} ${path} is no regular file`)
      const bytes = await readAtMost(handle, maxBytes)
      if (bytes === undefined)
        throw new UsageError(`the ${what} ${path} has more than ${maxBytes} bytes: that is no ${what}`)
      return bytes
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(
      `the ${what} ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** Undefined where there is more: a device may have no end, and says of itself that it is empty. */
async function readAtMost(handle: FileHandle, maxBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of handle.createReadStream({ autoClose: false })) {
    length += part.length
    if (length > maxBytes) return undefined
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}

export async function readNamedText(path: string, what: string): Promise<string> {
  return new TextDecoder().decode(await readNamedFile(path, what))
}
