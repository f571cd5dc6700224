import { env } from 'node:process'
import { MakotoError } from '../errors.ts'
import type { OpenSignerOptions } from './key-provider.ts'
import { readKeyFile, readSecretText } from './key-secret.ts'
import { signerOfKey } from './key-signer.ts'
import { parsePrivateKey } from './private-key.ts'
import type { Signer } from './signer.ts'

/**
 * `file:/path` or a plain path: PKCS#8 in clear or as cosign encrypts it. The path is text, as it is
 * for the agent: percent signs are never decoded.
 */
export async function openFileSigner(keyUri: string, options: OpenSignerOptions): Promise<Signer> {
  const pem = await readKeyFile(pathOfKeyUri(keyUri))
  return signerOfKey(await parsePrivateKey(pem, () => findPassword(options)))
}

function pathOfKeyUri(keyUri: string): string {
  if (!/^file:/i.test(keyUri)) return keyUri
  const path = /^file:(?:\/\/(?:localhost)?)?(\/(?!\/).*)$/is.exec(keyUri)?.[1]
  if (path !== undefined) return path
  throw new MakotoError('key-unreadable', `not a path: ${keyUri}`, { hint: 'Write file:/path or file:///path.' })
}

async function findPassword({ password, onWarning }: OpenSignerOptions): Promise<string | Uint8Array | undefined> {
  if (password !== undefined) return password instanceof Uint8Array ? password : readSecretText(password)
  const { COSIGN_PASSWORD } = env
  if (COSIGN_PASSWORD !== undefined)
    onWarning?.('COSIGN_PASSWORD is read: every process of this user can see it; a file or a secret is better')
  return COSIGN_PASSWORD
}
