import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { MakotoError } from '../errors.ts'

/** Where a bearer token is kept: a file, or an environment variable by its name. Never the token itself. */
export type TokenSource = { readonly file: string } | { readonly env: string }

/**
 * The address of a store on the web, as the base of its objects' addresses: https, or http on this machine. Credentials
 * do not belong into an address, which ends in logs.
 *
 * @throws MakotoError `options-invalid`
 */
export function readHttpAddress(uri: string, { insecureHttp = false }: { readonly insecureHttp?: boolean }): URL {
  const url = URL.parse(uri)
  if (url === null || !/^https?:$/.test(url.protocol)) throw refuse('The address of the store is no http(s) URL.')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw refuse(
      `The address of the store at ${url.host} holds credentials, a query or a fragment.`,
      'Give a token by file or environment variable.',
    )
  if (url.protocol === 'http:' && !isLoopback(url) && !insecureHttp)
    throw refuse(`The store at ${url.host} would be read over http, which anybody on the way can change.`, 'Use https.')
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** @throws MakotoError `options-invalid` where there is none, or it would travel in the clear */
export async function readToken(source: TokenSource | undefined, address: URL): Promise<string | undefined> {
  if (source === undefined) return undefined
  if (address.protocol === 'http:' && !isLoopback(address)) throw refuse('A token is not sent over http.')
  const token = 'env' in source ? process.env[source.env] : await readTokenFile(source.file)
  const place = 'env' in source ? `the variable ${source.env}` : source.file
  if (token === undefined || !/^[\x21-\x7e]{1,8192}$/.test(token)) throw refuse(`There is no bearer token in ${place}.`)
  return token
}

async function readTokenFile(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '')
  } catch (cause) {
    throw new MakotoError('options-invalid', `The token file ${file} could not be read.`, { cause })
  }
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

function refuse(message: string, hint?: string): MakotoError {
  return new MakotoError('options-invalid', message, hint === undefined ? {} : { hint })
}
