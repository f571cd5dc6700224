import { homedir } from 'node:os'
import { join } from 'node:path'
import { env } from 'node:process'
import * as z from 'zod'
import { MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { readBody } from '../read-body.ts'
import type { OpenSignerOptions } from './key-provider.ts'
import { readSecretText } from './key-secret.ts'
import { parseServiceAddress } from './service-address.ts'

/** The transit engine of one Vault, as its own command line finds it. */
export interface VaultTransit {
  /** For messages. */
  readonly host: string
  /** The answer's JSON, unchecked; rejects with the words of the server where it refuses. */
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown>
}

const MAX_ANSWER_BYTES = 1024 * 1024
const TIMEOUT_MS = 10_000

/**
 * Server, mount and namespace come from `VAULT_ADDR`, `TRANSIT_SECRET_ENGINE_PATH` (cosign's word for it) and
 * `VAULT_NAMESPACE`; the token from the options, `VAULT_TOKEN`, or `~/.vault-token`. What is empty counts as not set.
 */
export async function openVaultTransit({ endpoint, password }: OpenSignerOptions): Promise<VaultTransit> {
  const address = parseServiceAddress(endpoint ?? findSetting('VAULT_ADDR') ?? refuseUnknown())
  const secret = password ?? findSetting('VAULT_TOKEN') ?? { file: join(homedir(), '.vault-token') }
  const namespace = findSetting('VAULT_NAMESPACE')
  const headers = {
    'x-vault-token': asHeader(await readSecretText(secret), 'the token of Vault'),
    // So that no page in a browser can be made to send it.
    'x-vault-request': 'true',
    ...(namespace === undefined ? {} : { 'x-vault-namespace': asHeader(namespace, 'VAULT_NAMESPACE') }),
  }
  const mount = trimSlashes(findSetting('TRANSIT_SECRET_ENGINE_PATH') ?? 'transit')
  return {
    host: address.host,
    ask: (method, path, body) => exchange(urlBelow(address, `v1/${mount}/${path}`), { method, headers }, body),
  }
}

const findSetting = (name: string) => env[name] || undefined

function refuseUnknown(): never {
  throw new MakotoError('key-unavailable', 'the address of Vault is not known', {
    hint: 'Set VAULT_ADDR, for example https://vault.example:8200',
  })
}

/** Anything else would be refused by `fetch`, in words that quote it. */
function asHeader(text: string, what: string): string {
  if (/^[\x21-\x7e]+$/.test(text.trim())) return text.trim()
  throw new MakotoError('key-unavailable', `${what} is not one line without spaces`)
}

/** Behind a gateway Vault may have a path of its own, which its address names. */
function urlBelow(address: URL, path: string): URL {
  const url = new URL(address)
  url.pathname = `${address.pathname.replace(/\/+$/, '')}/${path}`
  url.search = ''
  return url
}

const trimSlashes = (path: string) => path.replaceAll(/^\/+|\/+$/g, '')

type Request = { readonly method: string; readonly headers: Readonly<Record<string, string>> }

async function exchange(url: URL, { method, headers }: Request, body: object | undefined): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const answer = await readBody(response, MAX_ANSWER_BYTES)
  if (!response.ok) throw new Error(`HTTP ${response.status}${readRefusal(answer)}`)
  return parseJson(answer, { maxBytes: MAX_ANSWER_BYTES, maxDepth: 16 })
}

const refusalSchema = z.looseObject({ errors: z.array(z.string().max(300)).max(8) })

/** A proxy in between may answer with anything: then there are no words of Vault's. */
function readRefusal(answer: Uint8Array): string {
  try {
    const { errors } = refusalSchema.parse(parseJson(answer))
    return errors.map((words) => `: ${words.trim()}`).join('')
  } catch {
    return ''
  }
}
