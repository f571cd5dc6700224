import { decodeBase64, encodeBase64 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'

const BLOCK = /^-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\r\n]*?)\r?\n?-----END \1-----$/gm

const MAX_PEM_LENGTH = 1024 * 1024

export interface PemBlock {
  readonly label: string
  readonly bytes: Uint8Array
}

/** What the file was meant to be decides how its faults are called. */
type PemFault = 'key-invalid' | 'trust-invalid'

/** The PEM blocks of a text, in order (RFC 7468). Text between them is a comment and ignored. */
export function parsePem(text: string, fault: PemFault): PemBlock[] {
  if (text.length > MAX_PEM_LENGTH) throw new MakotoError(fault, `PEM of ${text.length} characters`)
  return Array.from(text.matchAll(BLOCK), ([, label = '', body = '']) => ({ label, bytes: decodeBody(body, fault) }))
}

/** The one block of a key file; undefined where there is none or more than one. */
export function parseSinglePem(text: string): PemBlock | undefined {
  const blocks = parsePem(text, 'key-invalid')
  return blocks.length === 1 ? blocks[0] : undefined
}

function decodeBody(body: string, fault: PemFault): Uint8Array {
  try {
    return decodeBase64(body.replaceAll(/[\r\n]/g, ''))
  } catch {
    throw new MakotoError(fault, 'a PEM block that is not base64')
  }
}

export function formatPem(label: string, bytes: Uint8Array): string {
  const body = encodeBase64(bytes).replaceAll(/.{1,64}/g, '$&\n')
  return `-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`
}
