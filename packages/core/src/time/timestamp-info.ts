/** What the authority signed: whose bytes, and when. @see RFC 3161 §2.4.2 TSTInfo */
import { MakotoError } from '../errors.ts'
import { readGeneralizedTime } from './asn1-time.ts'
import {
  contentsOf,
  contextTag,
  DerFields,
  type DerNode,
  readBoolean,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  TAG,
} from './der-reader.ts'
import { HASH_OID, type TimestampHash } from './object-identifiers.ts'

export interface TimestampInfo {
  readonly imprint: { readonly hash: TimestampHash; readonly digest: Uint8Array }
  /** Milliseconds since the epoch. */
  readonly time: number
  /** Contents of the INTEGER, as sent. */
  readonly nonce: Uint8Array | undefined
}

export function readTimestampInfo(bytes: Uint8Array): TimestampInfo {
  const fields = new DerFields(readDer(bytes, TAG.sequence))
  if (readSmallInteger(fields.take(TAG.integer)) !== 1) throw refuse('the token is not of version 1')
  fields.take(TAG.oid)
  const imprint = readImprint(fields.take(TAG.sequence))
  readInteger(fields.take(TAG.integer))
  const time = readGeneralizedTime(fields.take(TAG.generalizedTime))
  fields.optional(TAG.sequence)
  const ordering = fields.optional(TAG.boolean)
  if (ordering) readBoolean(ordering)
  const nonce = fields.optional(TAG.integer)
  fields.optional(contextTag(0))
  refuseCriticalExtensions(fields.optional(contextTag(1)))
  fields.end()
  return { imprint, time, nonce: nonce && readInteger(nonce) }
}

function readImprint(node: DerNode): TimestampInfo['imprint'] {
  const fields = new DerFields(node)
  const hash = readHash(fields.take(TAG.sequence))
  const digest = contentsOf(fields.take(TAG.octetString))
  fields.end()
  return { hash, digest }
}

/** An AlgorithmIdentifier of SHA-256, -384 or -512; its parameters are absent or NULL. */
export function readHash(node: DerNode): TimestampHash {
  const fields = new DerFields(node)
  const hash = HASH_OID[readOid(fields.take(TAG.oid))]
  if (fields.more && contentsOf(fields.take(TAG.null)).length > 0) throw refuse('a NULL that is not empty')
  fields.end()
  if (hash === undefined) throw refuse('a hash other than SHA-256, SHA-384 or SHA-512')
  return hash
}

function refuseCriticalExtensions(extensions: DerNode | undefined): void {
  if (!extensions) return
  const fields = new DerFields(extensions)
  while (fields.more) {
    const extension = new DerFields(fields.take(TAG.sequence))
    extension.take(TAG.oid)
    const critical = extension.optional(TAG.boolean)
    if (critical && readBoolean(critical)) throw refuse('a critical extension that is not known')
  }
}

const refuse = (reason: string) => new MakotoError('timestamp-invalid', `timestamp: ${reason}`)
