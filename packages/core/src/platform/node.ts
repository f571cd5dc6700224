import { createHash, hash } from 'node:crypto'
import process from 'node:process'
import type { Sha256 } from './sha256.ts'

/** One call into OpenSSL: about twice as fast as a Hash object for small inputs. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return plain(hash('sha256', bytes, 'buffer'))
}

export function startSha256(): Sha256 {
  const state = createHash('sha256')
  return {
    update: (bytes) => {
      state.update(bytes)
    },
    digest: () => plain(state.digest()),
  }
}

/** The directory that relative paths are taken from. */
export function workingDirectory(): string {
  return process.cwd()
}

/** The same bytes as the plain array that every other platform gives. */
function plain({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
