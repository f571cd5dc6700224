import { gunzipSync, gzipSync } from 'node:zlib'
import { MakotoError } from '../errors.ts'

/** Compresses without a time or a name in the header. */
export function compressGzip(bytes: Uint8Array): Uint8Array {
  return plain(gzipSync(bytes))
}

/** Decompresses at most `maxBytes`: a small object cannot fill the memory. */
export function decompressGzip(bytes: Uint8Array, { maxBytes }: { readonly maxBytes: number }): Uint8Array {
  try {
    return plain(gunzipSync(bytes, { maxOutputLength: maxBytes }))
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new MakotoError('limit-exceeded', `a gzip object of more than ${maxBytes} bytes`, { cause })
    throw new MakotoError('gzip-invalid', 'the object is not gzip', { cause })
  }
}

function plain({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
