import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import type { Sha256 } from './sha256.ts'

/** WebCrypto's digest is asynchronous, and a Merkle tree of many small hashes must not be. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes)
}

export function startSha256(): Sha256 {
  const state = nobleSha256.create()
  return {
    update: (bytes) => {
      state.update(bytes)
    },
    digest: () => state.digest(),
  }
}

/** A browser has none: relative paths are taken from the root. */
export function workingDirectory(): string {
  return '/'
}
