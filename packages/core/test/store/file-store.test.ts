import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describeStore } from '@makoto/testkit'
import { describe, expect, it } from 'vitest'
import { encodeUtf8, openStore } from '../../src/index.ts'
import { makeDirectory, writeFiles } from '../temporary-directory.ts'

describeStore('a directory', async () => {
  const root = await mkdtemp(join(tmpdir(), 'makoto-store-'))
  return {
    store: openStore(`${root}/not/yet/there`),
    other: openStore(`file://${root}/not/yet/there/`),
    plant: async (path, bytes) => writeFiles(`${root}/not/yet/there`, { [path]: bytes }),
    close: () => rm(root, { recursive: true }),
  }
})

const enough = { maxBytes: 1024 }

describe('a store in a directory', () => {
  it('has one winner among many processes', { timeout: 60_000 }, async () => {
    const root = makeDirectory()
    const script = fileURLToPath(new URL('./put-many.ts', import.meta.url))
    const run = promisify(execFile)
    const writers = Array.from({ length: 4 }, (_, writer) =>
      run(process.execPath, ['--conditions=@makoto/source', script, root, String(writer)]),
    )
    const results = (await Promise.all(writers)).map(({ stdout }): Record<string, string> => JSON.parse(stdout))
    for (let object = 0; object < 40; object++) {
      const same = results.map((result) => result[`same/${object}`])
      expect(same.toSorted()).toEqual(['same', 'same', 'same', 'stored'])
      const differing = results.map((result) => result[`differing/${object}`])
      expect(differing.toSorted()).toEqual(['store-conflict', 'store-conflict', 'store-conflict', 'stored'])
      const winner = await openStore(root).get(`differing/${object}`, enough)
      expect(winner).toEqual(encodeUtf8(`${object} of ${differing.indexOf('stored')}`))
    }
    expect(readdirSync(`${root}/same`).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('is not held up by what a writer left when it died', async () => {
    const root = makeDirectory({ 'a/.0123456789abcdef01234567.tmp': 'half an obj' })
    expect(await openStore(root).put('a/b', encodeUtf8('whole'))).toBe('stored')
  })

  it('does not wait for a pipe that somebody put there', async () => {
    const root = makeDirectory()
    mkdirSync(`${root}/a`)
    execFileSync('mkfifo', [`${root}/a/pipe`])
    const store = openStore(root)
    expect(await store.get('a/pipe', enough)).toBeUndefined()
    expect(await store.head('a/pipe')).toBeUndefined()
    await expect(store.put('a/pipe', encodeUtf8('x'))).rejects.toMatchObject({ code: 'store-conflict' })
  })

  it('shows and reads nothing outside, whatever link somebody put there', async () => {
    const outside = makeDirectory({ id_rsa: 'secret' })
    const root = makeDirectory({ 'a/real': 'object' })
    const store = openStore(root)
    symlinkSync(`${outside}/id_rsa`, `${root}/a/file`)
    symlinkSync(outside, `${root}/folder`)
    symlinkSync('real', `${root}/a/within`)
    for (const path of ['a/file', 'folder/id_rsa']) {
      expect(await store.get(path, enough)).toBeUndefined()
      expect(await store.head(path)).toBeUndefined()
    }
    symlinkSync('circle', `${root}/a/circle`)
    const listed = async (prefix: string) => {
      const paths: string[] = []
      for await (const { path } of store.list(prefix)) paths.push(path)
      return paths
    }
    expect(await listed('')).toEqual(['a/real', 'a/within'])
    expect(await listed('folder/')).toEqual([])
    expect(await store.get('a/within', enough)).toEqual(encodeUtf8('object'))
    await expect(store.put('a/file', encodeUtf8('secret'))).rejects.toMatchObject({ code: 'store-conflict' })
    await expect(store.put('folder/new', encodeUtf8('x'))).rejects.toMatchObject({ code: 'store-unreachable' })
    expect(readdirSync(outside)).toEqual(['id_rsa'])
  })

  it('finds no object where a directory is', async () => {
    const store = openStore(makeDirectory({ 'a/b': 'x' }))
    expect(await store.get('a', enough)).toBeUndefined()
    expect(await store.head('a')).toBeUndefined()
    expect(await store.get('a/b/c', enough)).toBeUndefined()
  })

  it('refuses a gzip object that is none', async () => {
    const store = openStore(makeDirectory({ 'a.gz': 'stored' }))
    await expect(store.put('a.gz', encodeUtf8('not gzip'))).rejects.toMatchObject({ code: 'gzip-invalid' })
  })

  it('keeps what is there, damaged or not', async () => {
    const root = makeDirectory({ 'a/b': 'damaged' })
    symlinkSync('none', `${root}/a/dangling`)
    const store = openStore(root)
    await expect(store.put('a/b', encodeUtf8('whole'))).rejects.toMatchObject({ code: 'store-conflict' })
    await expect(store.put('a/dangling', encodeUtf8('whole'))).rejects.toMatchObject({ code: 'store-conflict' })
  })

  it('says that it cannot be written', async () => {
    const root = makeDirectory()
    writeFileSync(`${root}/file`, '')
    await expect(openStore(`${root}/file`).put('a/b', encodeUtf8('x'))).rejects.toMatchObject({
      code: 'store-unreachable',
    })
  })

  it('does not open what is not a directory', () => {
    expect(() => openStore('s3://bucket/store')).toThrow(expect.objectContaining({ code: 'store-unsupported' }))
  })
})
