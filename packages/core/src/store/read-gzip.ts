import { decompress } from '#platform'
import { MakotoError } from '../errors.ts'

/** What `decompressGzip` does, where the machine may be a browser: at most `maxBytes`, so that a small object cannot fill the memory. */
export async function readGzip(bytes: Uint8Array, { maxBytes }: { readonly maxBytes: number }): Promise<Uint8Array> {
  try {
    return await decompress(bytes, maxBytes)
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new MakotoError('limit-exceeded', `a gzip object of more than ${maxBytes} bytes`, { cause })
    throw new MakotoError('gzip-invalid', 'the object is not gzip', { cause })
  }
}
