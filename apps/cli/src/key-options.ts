import { type OpenSignerOptions, openSigner, type Signer } from '@makoto/core'
import type { Options, Values } from './command.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** What a key URI needs beside itself. */
export const KEY_OPTIONS = {
  'password-file': { value: 'FILE', text: "holds what opens the key: its password, a token's PIN, Vault's token" },
  'key-endpoint': { value: 'URL', text: 'where the key service answers, if not at its public address' },
  'identity-token': { value: 'FILE', text: "keyless: holds the token that says who signs, default the CI's own" },
} as const satisfies Options

/** Opens a key to sign with, in whatever place it lies. Warnings go to standard error. */
export async function openKey(
  keyUri: string,
  options: Values<typeof KEY_OPTIONS>,
  terminal: Terminal,
): Promise<Signer> {
  return openSigner(keyUri, {
    ...readKeyOptions(options),
    onWarning: (warning) => terminal.say({ text: 'warning', style: 'strong' }, `: ${warning}`),
  })
}

function readKeyOptions(options: Values<typeof KEY_OPTIONS>): OpenSignerOptions {
  const { 'password-file': password, 'key-endpoint': endpoint, 'identity-token': token } = options
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new UsageError(`--key-endpoint ${endpoint} is no http(s) URL`)
  return {
    ...(password === undefined ? {} : { password: { file: password } }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(token === undefined ? {} : { identityToken: { file: token } }),
  }
}
