import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { digestDirectory } from '../../src/index.ts'
import { readFixture } from '../fixtures.ts'
import { sinkLogLine } from '../sink-log-line.ts'
import { makeDirectory, writeFiles } from '../temporary-directory.ts'

interface Vector {
  readonly why: string
  readonly files: readonly string[]
  readonly log: Readonly<Record<string, string>>
}
const vectors = readFixture<{
  readonly followed: readonly (Vector & { readonly listed: readonly string[]; readonly sha256: string })[]
  readonly refused: readonly Vector[]
}>('sink-log.json')

/** A batch of files that hold their own paths. */
const batch = (root: string, ...paths: string[]) =>
  ['v1', ...paths.map((path) => sinkLogLine(root, path, { size: Buffer.byteLength(path) }))].join('\n')

function makeSink(files: readonly string[], log: (root: string) => Readonly<Record<string, string>>): string {
  const root = makeDirectory(Object.fromEntries(files.map((path) => [path, path])))
  const named = Object.entries(log(root)).map(([name, text]) => [`_spark_metadata/${name}`, text])
  writeFiles(root, Object.fromEntries(named))
  return root
}

/** The vector's log where the directory is. */
const makeVector = ({ files, log }: Vector) =>
  makeSink(files, (root) => JSON.parse(JSON.stringify(log).replaceAll('/lake/orders', root)))

const pathsOf = async (root: string) => (await digestDirectory(root)).files.map(({ path }) => path)
const refused = expect.objectContaining({ code: 'sink-log-invalid' })

describe('a directory that a stream wrote', () => {
  it.each(vectors.followed)('holds $why', async ({ listed, sha256, ...vector }) => {
    const found = await digestDirectory(makeVector(vector))
    expect(found.files.map(({ path }) => path)).toEqual(listed)
    expect(found.sha256).toBe(sha256)
  })

  it.each(vectors.refused)('is refused where $why', async (vector) => {
    await expect(digestDirectory(makeVector(vector))).rejects.toThrow(refused)
  })

  it('says what it leaves out', async () => {
    const found = await digestDirectory(makeSink(['a', 'of-a-failed-batch'], (at) => ({ 0: batch(at, 'a') })))
    expect(found).toMatchObject({ leftOut: 1, unlisted: ['of-a-failed-batch'] })
  })

  it('names whatever lies beside its log and could be read: no hidden names, but links, and names that are not UTF-8', async () => {
    const root = makeSink(['a', '_c=1/b', '_SUCCESS', 'x/_hidden/c'], (at) => ({ 0: batch(at, 'a') }))
    symlinkSync('.', `${root}/link`)
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff])]), '')
    const found = await digestDirectory(root)
    expect(found.unlisted?.toSorted()).toEqual(['_c=1/b', 'fÿ', 'link'])
    expect((await digestDirectory(makeSink(['a'], (at) => ({ 0: batch(at, 'a') })))).unlisted).toBeUndefined()
  })

  it('is read where the stream wrote it: by another way to the same directory, Spark finds nothing', async () => {
    const root = makeSink(['a'], (at) => ({ 0: batch(at, 'a') }))
    const other = makeDirectory()
    symlinkSync(root, `${other}/link`)
    expect(await pathsOf(root)).toEqual(['a'])
    await expect(digestDirectory(`${other}/link`)).rejects.toThrow(refused)
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
