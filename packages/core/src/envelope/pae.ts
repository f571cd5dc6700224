import { concatBytes, encodeUtf8 } from '../encoding.ts'

export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/**
 * The bytes that DSSE signs: type and payload, each with its length in bytes, so that neither can be
 * read as part of the other. @see SPEC §1 Envelope
 */
export function pae(type: string, payload: Uint8Array): Uint8Array {
  const typeLength = encodeUtf8(type).length
  return concatBytes(encodeUtf8(`DSSEv1 ${typeLength} ${type} ${payload.length} `), payload)
}
