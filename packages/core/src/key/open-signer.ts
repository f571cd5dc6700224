import { readFile, stat } from 'node:fs/promises'
import { env } from 'node:process'
import { MakotoError } from '../errors.ts'
import { signerOfKey } from './key-signer.ts'
import { parsePrivateKey } from './private-key.ts'
import type { Signer } from './signer.ts'

export interface OpenSignerOptions {
  /** The password of an encrypted key, or the file that holds it (one trailing newline is not part of it). */
  readonly password?: string | Uint8Array | { readonly file: string }
  /** Told of what works and should not be relied on. */
  readonly onWarning?: (message: string) => void
}

const MAX_KEY_FILE_BYTES = 65_536

/**
 * Opens a key URI for signing: `file:/path` or a plain path. Providers of other schemes come with
 * later versions; until then `key-unsupported` names the scheme. The path is text, as it is for the agent: percent signs
 * are never decoded.
 *
 * @see FORMATS §6 Key URIs
 */
export async function openSigner(keyUri: string, options: OpenSignerOptions = {}): Promise<Signer> {
  const pem = await readSmallFile(pathOfKeyUri(keyUri))
  return signerOfKey(await parsePrivateKey(pem, () => findPassword(options)))
}

function pathOfKeyUri(keyUri: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(keyUri)?.[1]?.toLowerCase()
  if (scheme === undefined) return keyUri
  if (scheme !== 'file') throw new MakotoError('key-unsupported', `no key provider for ${scheme}: in this version`)
  const path = /^file:(?:\/\/(?:localhost)?)?(\/(?!\/).*)$/is.exec(keyUri)?.[1]
  if (path !== undefined) return path
  throw new MakotoError('key-unreadable', `not a path: ${keyUri}`, { hint: 'Write file:/path or file:///path.' })
}

async function findPassword({ password, onWarning }: OpenSignerOptions): Promise<string | Uint8Array | undefined> {
  if (typeof password === 'string' || password instanceof Uint8Array) return password
  if (password !== undefined) return (await readSmallFile(password.file)).replace(/\r?\n$/, '')
  const { COSIGN_PASSWORD } = env
  if (COSIGN_PASSWORD !== undefined)
    onWarning?.('COSIGN_PASSWORD is read: every process of this user can see it; a file or a secret is better')
  return COSIGN_PASSWORD
}

async function readSmallFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= MAX_KEY_FILE_BYTES) return await readFile(path, 'utf8')
  } catch (cause) {
    throw new MakotoError('key-unreadable', `${path} could not be read`, { cause })
  }
  throw new MakotoError('limit-exceeded', `${path} is larger than ${MAX_KEY_FILE_BYTES} bytes`)
}
