import { Buffer } from 'node:buffer'

/** The bytes, where `text` is the one way to write them; a text in any other form does not come back as it was. */
export function readBase64(text: string): Uint8Array | undefined {
  const decoded = Buffer.from(text, 'base64')
  if (decoded.toString('base64') !== text) return undefined
  return new Uint8Array(decoded.buffer, decoded.byteOffset, decoded.byteLength)
}
