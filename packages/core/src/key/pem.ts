import { decodeBase64 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'

const BLOCK = /^-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\r\n]*?)\r?\n?-----END \1-----$/gm

const MAX_PEM_LENGTH = 1024 * 1024

export interface PemBlock {
  readonly label: string
  readonly bytes: Uint8Array
}

/** The PEM blocks of a text, in order (RFC 7468). Text between them is a comment and ignored. */
export function parsePem(text: string): PemBlock[] {
  if (text.length > MAX_PEM_LENGTH) throw new MakotoError('limit-exceeded', `PEM of ${text.length} characters`)
  return Array.from(text.matchAll(BLOCK), ([, label = '', body = '']) => ({
    label,
    bytes: decodeBase64(body.replaceAll(/[\r\n]/g, '')),
  }))
}

/** The one block of a key file; undefined where there is none or more than one. */
export function parseSinglePem(text: string): PemBlock | undefined {
  const blocks = parsePem(text)
  return blocks.length === 1 ? blocks[0] : undefined
}

export function formatPem(label: string, bytes: Uint8Array): string {
  const body = Buffer.from(bytes)
    .toString('base64')
    .replaceAll(/.{1,64}/g, '$&\n')
  return `-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`
}
