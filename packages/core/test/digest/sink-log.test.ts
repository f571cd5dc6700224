import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { digestDirectory } from '../../src/index.ts'
import { sinkLogLine } from '../sink-log-line.ts'
import { makeDirectory, writeFiles } from '../temporary-directory.ts'

/** A line of a file that holds its own path, so that it need not be there to be listed. */
const line = (root: string, path: string, changes: Readonly<Record<string, unknown>> = {}) =>
  sinkLogLine(root, path, { path: `file://${root}/${encodeURI(path)}`, size: Buffer.byteLength(path), ...changes })

const batch = (root: string, ...paths: string[]) => ['v1', ...paths.map((path) => line(root, path))].join('\n')

function makeSink(files: readonly string[], log: (root: string) => Readonly<Record<string, string>>): string {
  const root = makeDirectory(Object.fromEntries(files.map((path) => [path, path])))
  const named = Object.entries(log(root)).map(([name, text]) => [`_spark_metadata/${name}`, text])
  writeFiles(root, Object.fromEntries(named))
  return root
}

const pathsOf = async (root: string) => (await digestDirectory(root)).files.map(({ path }) => path)
const refused = expect.objectContaining({ code: 'sink-log-invalid' })

describe('a directory that a stream wrote', () => {
  it('holds the files of committed batches and no others', async () => {
    const root = makeSink(['part-0', 'part-1', 'part-of-a-failed-batch'], (at) => ({
      0: batch(at, 'part-1'),
      1: batch(at, 'part-0'),
      2: batch(at),
    }))
    const found = await digestDirectory(root)
    expect(found.files.map(({ path }) => path)).toEqual(['part-0', 'part-1'])
    expect(found).toMatchObject({ leftOut: 1, unlisted: ['part-of-a-failed-batch'] })
  })

  it('names whatever lies beside its log and could be read: no hidden names, but links, and names that are not UTF-8', async () => {
    const root = makeSink(['a', '_c=1/b', '_SUCCESS', 'x/_hidden/c'], (at) => ({ 0: batch(at, 'a') }))
    symlinkSync('.', `${root}/link`)
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff])]), '')
    const found = await digestDirectory(root)
    expect(found.unlisted?.toSorted()).toEqual(['_c=1/b', 'fÿ', 'link'])
    expect((await digestDirectory(makeSink(['a'], (at) => ({ 0: batch(at, 'a') })))).unlisted).toBeUndefined()
  })

  it('is read from its newest compaction on', async () => {
    const root = makeSink(['a', 'b', 'c', 'd'], (at) => ({
      8: batch(at, 'd'),
      '9.compact': batch(at, 'a', 'b'),
      10: batch(at, 'c'),
      '.10.crc': 'x',
      '.11.0f.tmp': 'x',
    }))
    expect(await pathsOf(root)).toEqual(['a', 'b', 'c'])
  })

  it('prefers the later of two compactions', async () => {
    const root = makeSink(['a', 'b'], (at) => ({ '9.compact': batch(at, 'a'), '19.compact': batch(at, 'b') }))
    expect(await pathsOf(root)).toEqual(['b'])
  })

  it('decodes the paths of the log once', async () => {
    const root = makeSink(['c=a b/p-0', 'c=a%20b/p-1', 'é'], (at) => ({
      0: batch(at, 'c=a b/p-0', 'c=a%20b/p-1', 'é'),
    }))
    expect(await pathsOf(root)).toEqual(['c=a b/p-0', 'c=a%20b/p-1', 'é'])
  })

  it('is read where the stream wrote it: by another way to the same directory, Spark finds nothing', async () => {
    const root = makeSink(['a'], (at) => ({ 0: batch(at, 'a') }))
    const other = makeDirectory()
    symlinkSync(root, `${other}/link`)
    expect(await pathsOf(root)).toEqual(['a'])
    await expect(digestDirectory(`${other}/link`)).rejects.toThrow(refused)
  })

  it.each<[string, (root: string) => Record<string, string>]>([
    ['a batch is missing', (at) => ({ 0: batch(at, 'a'), 2: batch(at, 'a') })],
    ['the first batch is missing', (at) => ({ 1: batch(at, 'a') })],
    ['a batch after the compaction is missing', (at) => ({ '9.compact': batch(at, 'a'), 11: batch(at, 'a') })],
    ['it has another version', (at) => ({ 0: batch(at, 'a').replace('v1', 'v2') })],
    ['a line is no file', () => ({ 0: 'v1\n{"size":1}' })],
    ['it names a file elsewhere', () => ({ 0: batch('/elsewhere', 'a') })],
    ['it climbs out', (at) => ({ 0: batch(at, '../a') })],
    ['a file has more bytes than the log says', (at) => ({ 0: `v1\n${line(at, 'a', { size: 0 })}` })],
    ['a file has fewer bytes than the log says', (at) => ({ 0: `v1\n${line(at, 'a', { size: 2 })}` })],
    ['it calls a file a directory', (at) => ({ 0: `v1\n${line(at, 'a', { isDir: true })}` })],
    ['it deletes a file', (at) => ({ 0: `v1\n${line(at, 'a', { action: 'delete' })}` })],
    ['it names a file twice', (at) => ({ 0: batch(at, 'a'), 1: batch(at, 'a') })],
    ['a line says less than Spark writes', (at) => ({ 0: `v1\n${line(at, 'a', { blockSize: undefined })}` })],
    ['it leaves the directory and comes back', (at) => ({ 0: batch(at, '.x/../a') })],
    ['it does so encoded', (at) => ({ 0: batch(at, 'a').replace('/a"', '/.x/%2e%2e/a"') })],
    ['it names a host', (at) => ({ 0: batch(at, 'a').replace('file://', 'file://localhost') })],
    ['it names no scheme', (at) => ({ 0: batch(at, 'a').replace('file://', '') })],
    ['a path has a query', (at) => ({ 0: batch(at, 'a').replace('/a"', '/a?"') })],
    ['a batch has a sign', (at) => ({ '1.compact': batch(at, 'a'), '-3.compact': batch(at) })],
    ['a batch has a leading zero', (at) => ({ 0: batch(at, 'a'), '01': batch(at) })],
    ['a batch has more digits than a number holds', (at) => ({ 0: batch(at, 'a'), ['9'.repeat(16)]: batch(at) })],
    ['a batch has digits of another script', (at) => ({ 0: batch(at, 'a'), '\u0661.compact': batch(at) })],
    ['a path is badly encoded', (at) => ({ 0: batch(at, 'a').replace('/a"', '/a%"') })],
  ])('is refused where %s', async (_why, log) => {
    await expect(digestDirectory(makeSink(['a'], log))).rejects.toThrow(refused)
  })

  it('is refused where a listed file is gone', async () => {
    const root = makeSink([], (at) => ({ 0: batch(at, 'a') }))
    await expect(digestDirectory(root)).rejects.toThrow(expect.objectContaining({ code: 'data-unreadable' }))
  })

  it.each<[string, string, (log: string) => unknown]>([
    ['a pipe', 'sink-log-invalid', (log) => execFileSync('mkfifo', [log])],
    ['a link to a device', 'data-unreadable', (log) => symlinkSync('/dev/zero', log)],
  ])('is refused where its log is %s', async (_what, code, make) => {
    const root = makeSink(['a'], () => ({ '.crc': '' }))
    make(`${root}/_spark_metadata/0`)
    await expect(digestDirectory(root)).rejects.toThrow(expect.objectContaining({ code }))
  })

  it.each<[string, (log: string) => unknown]>([
    ['a link to a log', (log) => symlinkSync('.log', log)],
    ['a link to nothing', (log) => symlinkSync('nowhere', log)],
    ['a file', (log) => writeFileSync(log, '')],
  ])('is refused where %s has the name of its log', async (_what, make) => {
    const root = makeDirectory({ a: 'a', '.log/.crc': '' })
    writeFiles(root, { '.log/0': batch(root, 'a') })
    make(`${root}/_spark_metadata`)
    await expect(digestDirectory(root)).rejects.toThrow(refused)
    await expect(digestDirectory(root)).rejects.toThrow(/cannot be followed: _spark_metadata is not a directory/)
  })

  it('has the size of what a link leads to, where links are allowed', async () => {
    const root = makeSink(['.target'], (at) => ({ 0: batch(at, 'a-link-of-its-own') }))
    symlinkSync('.target', `${root}/a-link-of-its-own`)
    await expect(digestDirectory(root, { symlinks: 'inside' })).rejects.toThrow(refused)
    writeFileSync(`${root}/.target`, 'a-link-of-its-own')
    expect((await digestDirectory(root, { symlinks: 'inside' })).bytes).toBe(17)
  })

  it('never leads over a link to a directory', async () => {
    const outside = makeDirectory({ secret: 'x' })
    const root = makeSink([], (at) => ({ 0: batch(at, 'sub/secret') }))
    symlinkSync(outside, `${root}/sub`)
    for (const symlinks of ['refuse', 'inside'] as const)
      await expect(digestDirectory(root, { symlinks })).rejects.toThrow(
        expect.objectContaining({ code: 'symlink-refused' }),
      )
  })
})
