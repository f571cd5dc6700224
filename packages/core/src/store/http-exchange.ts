import { MakotoError } from '../errors.ts'

export interface ExchangeOptions {
  readonly method: 'GET' | 'HEAD'
  readonly token: string | undefined
  readonly signal: AbortSignal
}

const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * One question to a web server. Redirects are followed on the same origin only: elsewhere is another store, and a token
 * must not go there.
 *
 * @throws MakotoError `store-unreachable`
 */
export async function askServer(first: URL, { method, token, signal }: ExchangeOptions): Promise<Response> {
  // What is stored compressed has to arrive as it lies there.
  const headers = {
    'accept-encoding': 'identity',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  let url = first
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await fetch(url, { method, headers, signal, redirect: 'manual' })
    if (!REDIRECTS.has(response.status)) return response
    await response.body?.cancel()
    const next = URL.parse(response.headers.get('location') ?? '', url.href)
    if (next === null || next.origin !== first.origin || next.username !== '' || next.password !== '')
      throw new MakotoError('store-unreachable', `${first.host} redirects to another origin, which is not followed.`)
    url = next
  }
  throw new MakotoError('store-unreachable', `${first.host} redirects more than ${MAX_REDIRECTS} times.`)
}
