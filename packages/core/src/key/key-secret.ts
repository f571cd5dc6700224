import { readFile, stat } from 'node:fs/promises'
import { MakotoError } from '../errors.ts'

/** A secret in memory, or the file that holds it (one trailing end of line is not part of it). */
export type KeySecret = string | Uint8Array | { readonly file: string }

const MAX_KEY_FILE_BYTES = 65_536

/**
 * The secret as text, in the one reading that there is of it: bytes are UTF-8, which is what every service and token
 * expects, and others are refused with `key-unreadable`.
 */
export async function readSecretText(secret: KeySecret): Promise<string> {
  if (typeof secret === 'string') return secret
  if (secret instanceof Uint8Array) return decodeSecret(secret, 'the secret')
  return decodeSecret(await readSmallFile(secret.file), secret.file).replace(/\r?\n$/, '')
}

/** A file that holds a key: small, or it is none. */
export async function readKeyFile(path: string): Promise<string> {
  return new TextDecoder().decode(await readSmallFile(path))
}

/**
 * What is not UTF-8 would be read with characters replaced: another secret, and a weaker one. A byte order mark, which
 * Windows puts before a text, is no part of it.
 */
function decodeSecret(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new MakotoError('key-unreadable', `${what} is not UTF-8 text`, {
      hint: 'Save it as UTF-8; write random bytes as hex or base64.',
    })
  }
}

async function readSmallFile(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size <= MAX_KEY_FILE_BYTES) return await readFile(path)
  } catch (cause) {
    throw new MakotoError('key-unreadable', `${path} could not be read`, { cause })
  }
  throw new MakotoError('limit-exceeded', `${path} is larger than ${MAX_KEY_FILE_BYTES} bytes`)
}
