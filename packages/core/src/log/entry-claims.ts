import type { z } from 'zod'
import type { SignatureHash } from '../key/public-key.ts'
import { describeIssues } from '../statement/schema-issues.ts'
import type { EntrySigner } from './signed-entity.ts'
import { malformedLog } from './signed-note.ts'

/** What the body of an entry says was logged. Every kind binds signature, content and signer, or is not read. */
export interface EntryClaims {
  /** The signature itself, or the digest of the serialised envelope that held it. */
  readonly signature: { readonly bytes: Uint8Array } | { readonly envelopeSha256: Uint8Array }
  readonly digest: EntryDigest
  readonly signer: EntrySigner
  /** Only where the kind records it; the signature covers it in any case. */
  readonly payloadType?: string
  /** Only where the log keeps the whole envelope. */
  readonly payload?: Uint8Array
}

export interface EntryDigest {
  /** The bytes that were signed (of DSSE: the PAE), or the payload inside the envelope. */
  readonly of: 'signed' | 'payload'
  readonly hash: SignatureHash
  readonly value: Uint8Array
}

const LENGTH: Readonly<Record<SignatureHash, number>> = { sha256: 32, sha384: 48, sha512: 64 }

export function entryDigest(of: EntryDigest['of'], hash: SignatureHash, value: Uint8Array): EntryDigest {
  if (value.length !== LENGTH[hash]) throw malformedLog(`a ${hash} of ${value.length} bytes in a log entry`)
  return { of, hash, value }
}

export function readFields<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw malformedLog(`body of the log entry: ${describeIssues(result.error)}`)
}
