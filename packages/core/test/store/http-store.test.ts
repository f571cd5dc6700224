import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeReadableStore, type LoopbackReply, type LoopbackRequest, publishFolder } from '@makoto/testkit'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { encodeUtf8, openHttpStore, openStore, type Store, writeStoreIndex } from '../../src/index.ts'
import { parseStoreIndex } from '../../src/store/store-index.ts'
import { makeDirectory, writeFiles } from '../temporary-directory.ts'

const enough = { maxBytes: 1024 }

describeReadableStore('a folder behind a web server', async (content) => {
  const root = await mkdtemp(join(tmpdir(), 'makoto-web-'))
  writeFiles(root, content)
  await writeStoreIndex(root)
  const server = await publishFolder(root)
  return {
    store: openStore(`${server.url}/`),
    close: async () => {
      await server.close()
      await rm(root, { recursive: true })
    },
  }
})

async function publish(
  files: Record<string, string | Uint8Array>,
  intercept?: (request: LoopbackRequest) => LoopbackReply | undefined,
) {
  const root = makeDirectory(files)
  const server = await publishFolder(root, intercept ? { intercept } : {})
  onTestFinished(() => server.close())
  return { root, server, url: `${server.url}/` }
}

async function listed(store: Store, prefix = ''): Promise<string[]> {
  const paths = []
  for await (const { path } of store.list(prefix)) paths.push(path)
  return paths
}

describe('a store over http', () => {
  it('takes no objects', async () => {
    const { url } = await publish({})
    await expect(openStore(url).put('a/b', encodeUtf8('x'))).rejects.toMatchObject({ code: 'store-read-only' })
  })

  it('is not followed to another origin, and no token goes there', async () => {
    const stranger = await publish({ 'a/b': 'forged' })
    const { url, server } = await publish({}, () => ({
      status: 302,
      headers: { location: `${stranger.url}a/b` },
      body: '',
    }))
    const store = openHttpStore(url, { token: { file: join(makeDirectory({ token: 'let-me-in\n' }), 'token') } })
    await expect(store.get('a/b', enough)).rejects.toMatchObject({ code: 'store-unreachable' })
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer let-me-in'])
    expect(stranger.server.requests).toEqual([])
  })

  it('is followed on its own origin, not for ever', async () => {
    const moved = (target: string) => ({ status: 307, headers: { location: target }, body: '' })
    const once = await publish({ 'new/a': 'x' }, ({ target }) => (target === '/a' ? moved('/new/a') : undefined))
    expect(await openStore(once.url).get('a', enough)).toEqual(encodeUtf8('x'))
    const round = await publish({}, ({ target }) => moved(target))
    await expect(openStore(round.url).get('a', enough)).rejects.toMatchObject({ code: 'store-unreachable' })
    expect(round.server.requests).toHaveLength(4)
  })

  it('reads no more than is allowed of a body whose length is not said', async () => {
    const { url } = await publish({}, () => ({
      headers: { 'transfer-encoding': 'chunked' },
      body: 'x'.repeat(100_000),
    }))
    await expect(openStore(url).get('a', enough)).rejects.toMatchObject({ code: 'limit-exceeded' })
  })

  it('does not take a body that ends early for the object', async () => {
    const { url } = await publish({}, () => ({ headers: { 'content-length': '100' }, body: 'short' }))
    const store = openHttpStore(url, { timeoutMs: 500 })
    await expect(store.get('a', enough)).rejects.toMatchObject({ code: 'store-unreachable' })
  })

  it('does not wait for ever', async () => {
    const { url } = await publish({}, () => ({ headers: { 'content-length': '100' }, body: '' }))
    await expect(openHttpStore(url, { timeoutMs: 50 }).get('a', enough)).rejects.toMatchObject({
      code: 'store-unreachable',
    })
  })

  it('takes no object that was encoded on the way', async () => {
    const { url } = await publish({}, () => ({ headers: { 'content-encoding': 'gzip' }, body: 'x' }))
    await expect(openStore(url).get('a', enough)).rejects.toMatchObject({ code: 'store-unreachable' })
  })

  it.each([401, 403, 500, 503])('does not take HTTP %i for an object that is not there', async (status) => {
    const { url } = await publish({}, () => ({ status, body: '' }))
    await expect(openStore(url).get('a', enough)).rejects.toMatchObject({ code: 'store-unreachable' })
    await expect(openStore(url).head('a')).rejects.toMatchObject({ code: 'store-unreachable' })
  })

  it('asks sixteen things at once and no more', async () => {
    let [open, most] = [0, 0]
    const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => {
      most = Math.max(most, ++open)
      await new Promise((later) => setImmediate(later))
      open--
      return new Response('x')
    })
    onTestFinished(() => fetched.mockRestore())
    const store = openHttpStore('http://localhost/')
    await Promise.all(Array.from({ length: 100 }, () => store.get('a', enough)))
    expect(most).toBe(16)
  })
})

describe('the address of a store', () => {
  it.each([
    ['credentials', 'https://user:hunter2@store.example/'],
    ['a query', 'https://store.example/?sig=hunter2'],
    ['a fragment', 'https://store.example/#hunter2'],
    ['http to another machine', 'http://store.example/hunter2'],
  ])('is refused with %s, and not repeated', (_what, uri) => {
    const open = () => openStore(uri)
    expect(open).toThrow(expect.objectContaining({ code: 'options-invalid' }))
    expect(open).not.toThrow(/hunter2/)
  })

  it('may be http on this machine, or where the caller says so', () => {
    for (const uri of ['http://localhost:1/', 'http://127.0.0.1:1/a', 'http://[::1]:1/']) openStore(uri)
    openStore('http://store.example/', { insecureHttp: true })
  })

  it('needs a token where one is named, and sends none in the clear', async () => {
    const { url, server } = await publish({ a: 'x' })
    const absent = openHttpStore(url, { token: { env: 'MAKOTO_TEST_NO_SUCH_TOKEN' } })
    await expect(absent.get('a', enough)).rejects.toMatchObject({ code: 'options-invalid' })
    const clear = openHttpStore('http://store.example/', { insecureHttp: true, token: { env: 'PATH' } })
    await expect(clear.get('a', enough)).rejects.toMatchObject({ code: 'options-invalid' })
    expect(server.requests).toEqual([])
  })

  it('gets a token from a variable', async () => {
    vi.stubEnv('MAKOTO_TEST_TOKEN', 'from-the-environment')
    onTestFinished(() => void vi.unstubAllEnvs())
    const { url, server } = await publish({ a: 'x' })
    await openHttpStore(url, { token: { env: 'MAKOTO_TEST_TOKEN' } }).get('a', enough)
    expect(server.requests[0]?.headers.authorization).toBe('Bearer from-the-environment')
  })
})

describe('index.jsonl', () => {
  it('lists what verifiers read, and neither itself nor what producers keep for themselves', async () => {
    const { root, url } = await publish({ 'names/a/b': '1', 'attestations/a/b': '12', 'indexes/a/b': '3' })
    expect(await writeStoreIndex(root)).toMatchObject({ objects: 2 })
    expect(await writeStoreIndex(root)).toMatchObject({ objects: 2 })
    expect(await listed(openStore(url))).toEqual(['attestations/a/b', 'names/a/b'])
  })

  it('is asked for once', async () => {
    const { root, url, server } = await publish({ 'names/a': '1' })
    await writeStoreIndex(root)
    const store = openStore(url)
    await Promise.all([listed(store), listed(store, 'names/'), listed(store, 'x/')])
    expect(server.requests).toHaveLength(1)
  })

  it('is missed where there is none: that is no empty store', async () => {
    const { url } = await publish({ 'names/a': '1' })
    await expect(listed(openStore(url))).rejects.toMatchObject({ code: 'store-unreachable' })
  })

  it('passes over what no store could hold', async () => {
    const line = (path: string) => `${JSON.stringify({ path, size: 1 })}\n`
    const poisoned = ['a/ok', '../up', '/etc/passwd', 'a/../b', 'https://x/', 'a\\b', 'a/.hidden', 'a/ok'].map(line)
    const { url } = await publish({ 'index.jsonl': poisoned.join('') })
    expect(await listed(openStore(url))).toEqual(['a/ok'])
  })

  it.each([
    ['half a line', '{"path":"a","size":1}\n{"path":"b"'],
    ['a line that is no object', '["a"]\n'],
    ['a path twice in one line', '{"path":"a","path":"b","size":1}\n'],
    ['no size', '{"path":"a"}\n'],
    ['an empty line', '\n'],
    ['bytes that are no text', Uint8Array.of(0xff, 0x0a)],
  ])('is refused with %s', async (_what, index) => {
    const { url } = await publish({ 'index.jsonl': index })
    await expect(listed(openStore(url))).rejects.toMatchObject({ code: 'store-index-invalid' })
  })

  it('has no more lines than memory holds', () => {
    const lines = new Uint8Array(2_000_001).fill(0x0a)
    expect(() => parseStoreIndex(lines)).toThrow(expect.objectContaining({ code: 'store-index-invalid' }))
    expect(() => parseStoreIndex(lines)).toThrow(/more than 2000000 lines/)
  })

  it('is written into a directory only', async () => {
    await expect(writeStoreIndex('https://store.example/')).rejects.toMatchObject({ code: 'store-unsupported' })
    const root = makeDirectory()
    writeFileSync(`${root}/file`, '')
    await expect(writeStoreIndex(`${root}/file`)).rejects.toMatchObject({ code: 'store-unreachable' })
  })
})
