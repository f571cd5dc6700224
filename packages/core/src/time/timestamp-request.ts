import { hash, randomBytes } from 'node:crypto'
import { decodeHex } from '../encoding.ts'
import { TAG } from './der-reader.ts'
import { writeDer, writeOid, writeSequence, writeUnsigned } from './der-writer.ts'
import { SHA256_OID } from './object-identifiers.ts'

export interface TimestampRequest {
  readonly der: Uint8Array
  /** Contents of the nonce's INTEGER, as the reply must repeat them. */
  readonly nonce: Uint8Array
}

/** A TimeStampReq over SHA-256 of `bytes`, with a nonce of 8 bytes, asking for certificates. @see RFC 3161 §2.4.1 */
export function writeTimestampRequest(bytes: Uint8Array, nonce: Uint8Array = freshNonce()): TimestampRequest {
  const imprint = writeSequence(
    writeSequence(writeOid(SHA256_OID), writeDer(TAG.null)),
    writeDer(TAG.octetString, hash('sha256', bytes, 'buffer')),
  )
  const version = writeUnsigned(Uint8Array.of(1))
  const certificatesWanted = writeDer(TAG.boolean, decodeHex('ff'))
  return { der: writeSequence(version, imprint, writeUnsigned(nonce), certificatesWanted), nonce }
}

/** Positive and without leading zeros, so that every authority repeats it byte for byte. */
function freshNonce(): Uint8Array {
  const nonce = new Uint8Array(randomBytes(8))
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40
  return nonce
}
