import { isMakotoError, MakotoError } from '../errors.ts'
import { readBody } from '../read-body.ts'
import { readHttpAddress, readToken, type TokenSource } from './http-address.ts'
import { askServer } from './http-exchange.ts'
import { checkObjectPath, checkObjectPrefix } from './object-path.ts'
import type { Store, StoredObject } from './store.ts'
import { INDEX_PATH, MAX_INDEX_BYTES, parseStoreIndex } from './store-index.ts'

export interface HttpStoreOptions {
  readonly token?: TokenSource | undefined
  /** For one object, from the question to its last byte. Default 60 seconds. */
  readonly timeoutMs?: number | undefined
  /** Questions under way at once. Default 16. */
  readonly concurrency?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Read over http from elsewhere than this machine too. Whoever is on the way can then hide and delay, as the server can. */
  readonly insecureHttp?: boolean | undefined
}

/**
 * A store that a web server publishes: read only. What it lists is what its `index.jsonl` says, read once; nothing of
 * what it answers is believed.
 *
 * @see FORMATS §4
 */
export function openHttpStore(uri: string, options: HttpStoreOptions = {}): Store {
  const { insecureHttp = false, timeoutMs = 60_000, signal, concurrency = 16 } = options
  const base = readHttpAddress(uri, { insecureHttp })
  const take = openGate(concurrency)
  const token = once(() => readToken(options.token, base))
  const ask = <Answer>(method: 'GET' | 'HEAD', path: string, read: (response: Response) => Promise<Answer>) =>
    take(async () => {
      const secret = await token()
      const deadline = AbortSignal.timeout(timeoutMs)
      return reachable(base, path, signal, async () => {
        const signals = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
        return read(await askServer(addressOf(base, path), { method, token: secret, signal: signals }))
      })
    })
  const get = (path: string, maxBytes: number) => ask('GET', path, (response) => readObject(response, path, maxBytes))
  const index = once(() => get(INDEX_PATH, MAX_INDEX_BYTES).then((bytes) => readIndex(base, bytes)))
  return {
    get: async (path, { maxBytes }) => {
      checkObjectPath(path)
      return get(path, maxBytes)
    },
    put: async (path) => {
      checkObjectPath(path)
      throw new MakotoError('store-read-only', `The store at ${base.host} is read over the web and takes no objects.`)
    },
    list: (prefix) => listIndexed(prefix, index),
    head: async (path) => {
      checkObjectPath(path)
      return ask('HEAD', path, async (response) => readSize(response, path))
    },
  }
}

const addressOf = (base: URL, path: string) => new URL(path.split('/').map(encodeURIComponent).join('/'), base)

/** False where there is no object; throws where the server says neither that nor that there is one. */
function isThere({ status }: Response, path: string): boolean {
  if (status === 404 || status === 410) return false
  if (status === 200) return true
  throw new MakotoError('store-unreachable', `The server answers ${path} with HTTP ${status}.`)
}

async function readObject(response: Response, path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    if (!isThere(response, path)) return undefined
    const encoding = response.headers.get('content-encoding') ?? 'identity'
    if (encoding !== 'identity')
      throw new MakotoError(
        'store-unreachable',
        `The server sends ${path} encoded as ${encoding}, not as it lies there.`,
      )
    const stated = Number(response.headers.get('content-length') ?? 0)
    if (stated > maxBytes)
      throw new MakotoError('limit-exceeded', `${path} has ${stated} bytes, ${maxBytes} are allowed`)
    return await readBody(response, maxBytes)
  } finally {
    if (!response.bodyUsed) await response.body?.cancel()
  }
}

function readSize(response: Response, path: string): { size: number } | undefined {
  if (!isThere(response, path)) return undefined
  const length = response.headers.get('content-length')
  if (length === null || !/^\d{1,15}$/.test(length))
    throw new MakotoError('store-unreachable', `The server does not say how large ${path} is.`)
  return { size: Number(length) }
}

function readIndex(base: URL, bytes: Uint8Array | undefined): StoredObject[] {
  if (bytes !== undefined) return parseStoreIndex(bytes)
  throw new MakotoError(
    'store-unreachable',
    `The store at ${base.host} has no ${INDEX_PATH}, so it cannot be listed.`,
    {
      hint: 'Whoever keeps it writes one: makoto store index.',
    },
  )
}

async function* listIndexed(prefix: string, index: () => Promise<StoredObject[]>): AsyncGenerator<StoredObject> {
  checkObjectPrefix(prefix)
  for (const object of await index()) if (object.path.startsWith(prefix)) yield object
}

async function reachable<Result>(
  { host }: URL,
  path: string,
  signal: AbortSignal | undefined,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act()
  } catch (cause) {
    if (isMakotoError(cause)) throw cause
    if (signal?.aborted) throw new MakotoError('aborted', 'Reading from the store was stopped.', { cause })
    throw new MakotoError('store-unreachable', `${path} could not be read from ${host}.`, { cause })
  }
}

/** What was asked once is answered for all; a failure is not kept. */
function once<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let answer: Promise<Result> | undefined
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined
      throw error
    })
    return answer
  }
}

/** Lets so many in at once; the others wait in order. */
function openGate(width: number): <Result>(act: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let free = width
  return async (act) => {
    if (free > 0) free--
    else await new Promise<void>((enter) => waiting.push(enter))
    try {
      return await act()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}
