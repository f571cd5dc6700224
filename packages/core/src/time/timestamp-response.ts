/** The outer shell of a reply: status, and the token where there is one. @see RFC 3161 §2.4.2 */
import { MakotoError } from '../errors.ts'
import {
  contentsOf,
  contextTag,
  DerFields,
  type DerNode,
  readDer,
  readOid,
  readSmallInteger,
  TAG,
} from './der-reader.ts'
import { OID } from './object-identifiers.ts'

const MAX_RESPONSE_BYTES = 65_536

/** granted and grantedWithMods; everything above is a refusal. */
const GRANTED = 1

const UTF8_STRING = 0x0c

export interface TimestampResponse {
  readonly granted: boolean
  /** What the authority said beside the status, for a message. */
  readonly statusText: string
  /** CMS SignedData. */
  readonly signedData: DerNode | undefined
}

export function readTimestampResponse(bytes: Uint8Array): TimestampResponse {
  if (bytes.length > MAX_RESPONSE_BYTES)
    throw new MakotoError(
      'timestamp-invalid',
      `a timestamp of ${bytes.length} bytes, ${MAX_RESPONSE_BYTES} are allowed`,
    )
  const response = new DerFields(readDer(bytes, TAG.sequence))
  const status = new DerFields(response.take(TAG.sequence))
  const code = readSmallInteger(status.take(TAG.integer))
  const text = status.optional(TAG.sequence)
  const contentInfo = response.optional(TAG.sequence)
  response.end()
  return {
    granted: code <= GRANTED,
    statusText: [`status ${code}`, ...(text ? readTexts(text) : [])].join(': '),
    signedData: contentInfo && readSignedData(contentInfo),
  }
}

function readTexts(texts: DerNode): string[] {
  const fields = new DerFields(texts)
  const read: string[] = []
  while (fields.more && read.length < 4)
    read.push(new TextDecoder().decode(contentsOf(fields.take(UTF8_STRING))).slice(0, 200))
  return read
}

function readSignedData(contentInfo: DerNode): DerNode {
  const fields = new DerFields(contentInfo)
  if (readOid(fields.take(TAG.oid)) !== OID.signedData)
    throw new MakotoError('timestamp-invalid', 'the token is not CMS SignedData')
  const wrapper = new DerFields(fields.take(contextTag(0)))
  fields.end()
  const signedData = wrapper.take(TAG.sequence)
  wrapper.end()
  return signedData
}
