import { readFile, stat } from 'node:fs/promises'
import { MakotoError } from '../errors.ts'

/** A secret in memory, or the file that holds it (one trailing end of line is not part of it). */
export type KeySecret = string | Uint8Array | { readonly file: string }

const MAX_KEY_FILE_BYTES = 65_536

/** The secret as text. Bytes are taken for UTF-8, which is what every service and token expects. */
export async function readSecretText(secret: KeySecret): Promise<string> {
  if (typeof secret === 'string') return secret
  if (secret instanceof Uint8Array) return new TextDecoder().decode(secret)
  return (await readKeyFile(secret.file)).replace(/\r?\n$/, '')
}

/** A file that holds a key or a secret: small, or it is none. */
export async function readKeyFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= MAX_KEY_FILE_BYTES) return await readFile(path, 'utf8')
  } catch (cause) {
    throw new MakotoError('key-unreadable', `${path} could not be read`, { cause })
  }
  throw new MakotoError('limit-exceeded', `${path} is larger than ${MAX_KEY_FILE_BYTES} bytes`)
}
