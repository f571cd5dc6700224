import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** What was signed: the bytes themselves, or all that is known of them. */
export interface Artifact {
  readonly sha256: Uint8Array
  readonly bytes?: Uint8Array
}

/** `sha256:` and 64 hex digits that name no file are a digest; everything else is a path. */
export async function readArtifact(fileOrDigest: string): Promise<Artifact> {
  const hex = /^sha256:([0-9a-fA-F]{64})$/.exec(fileOrDigest)?.[1]
  if (hex !== undefined && !existsSync(fileOrDigest)) return { sha256: new Uint8Array(Buffer.from(hex, 'hex')) }
  const bytes = new Uint8Array(await readFile(fileOrDigest))
  return { bytes, sha256: new Uint8Array(createHash('sha256').update(bytes).digest()) }
}
