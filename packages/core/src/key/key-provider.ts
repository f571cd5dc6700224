import { MakotoError } from '../errors.ts'
import { redactSecrets } from '../redaction.ts'
import type { KeySecret } from './key-secret.ts'
import type { Signer } from './signer.ts'

export interface OpenSignerOptions {
  /**
   * What opens the key: the password of an encrypted file, the PIN of a PKCS#11 token, the token of a
   * Vault. The clouds' own credentials come from where their SDKs find them.
   */
  readonly password?: KeySecret
  /**
   * Where the key service answers, where that is not its public address: a private endpoint, an emulator. `https:`,
   * or on this machine.
   */
  readonly endpoint?: string | URL
  /** Keyless: the OpenID Connect token that says who signs. Default: the CI's own. */
  readonly identityToken?: KeySecret
  /** Told of what works and should not be relied on. */
  readonly onWarning?: (message: string) => void
}

/** Opens the key URIs of one scheme. */
export type KeyProvider = (keyUri: string, options: OpenSignerOptions) => Promise<Signer>

/**
 * Loads the package that a provider needs and core does not depend on. `provider-missing` names it
 * where it is not installed.
 */
export async function loadPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    const absent = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
    throw new MakotoError('provider-missing', `the package ${name} ${absent ? 'is not installed' : 'does not load'}`, {
      cause: keepWords(cause),
      hint: `Install it beside @makoto/core: npm install ${name}`,
    })
  }
}

/** A request to a key service; `key-unavailable` where it fails, with its words and nothing of the request. */
export async function askKeyService<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof MakotoError) throw cause
    const words = keepWords(cause)
    throw new MakotoError('key-unavailable', `${name}: ${words.message}`, { cause: words })
  }
}

/** `key-uri-invalid`, with the form that was expected. */
export function invalidKeyUri(reason: string, form: string): MakotoError {
  return new MakotoError('key-uri-invalid', reason, { hint: `Write ${form}` })
}

const MAX_WORDS = 500
const MAX_CAUSES = 3

/**
 * An error's name and redacted words, and those of its causes. The errors of the vendors' SDKs can hold the whole
 * request, credentials and all, and whoever prints an error prints its causes.
 */
export function keepWords(error: unknown): Error {
  const words = new Error(redactSecrets(listWords(error).join(': ')).slice(0, MAX_WORDS))
  words.name = error instanceof Error ? error.name : 'Error'
  return words
}

function listWords(first: unknown): string[] {
  const words = new Set<string>()
  for (let error = first, left = MAX_CAUSES; error !== undefined && left > 0; left--) {
    words.add(error instanceof Error ? error.message || error.name : String(error))
    error = error instanceof Error ? error.cause : undefined
  }
  return [...words]
}
