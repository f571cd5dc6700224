import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { digestDataset, digestDirectory, digestFile } from '../../src/index.ts'
import { makeDirectory } from '../temporary-directory.ts'

const withCode = (code: string) => expect.objectContaining({ code })
const sha256sum = (file: string) => execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64)

describe('digestDataset', () => {
  it('digests one file by its bytes', async () => {
    const root = makeDirectory({ 'orders.csv': 'id\n1\n' })
    const found = await digestDataset(`${root}/orders.csv`)
    const sha256 = sha256sum(`${root}/orders.csv`)
    expect(found).toEqual({
      kind: 'file',
      sha256,
      files: [{ path: 'orders.csv', sha256, size: 5 }],
      leftOut: 0,
      bytes: 5,
    })
    expect(await digestFile(`${root}/orders.csv`)).toEqual(found)
  })

  it('takes a path, a URI and a name for the same thing', async () => {
    const root = makeDirectory({ 'a%20 #?.csv': '1' })
    const found = await digestDataset(root)
    expect(await digestDataset(`file://${root}/`)).toEqual(found)
    expect(await digestDataset(`dataset:file:${root}`)).toEqual(found)
    expect((await digestDataset(`file:${root}/a%20 #?.csv`)).kind).toBe('file')
  })

  it('never takes a file that holds a manifest for the directory', async () => {
    const root = makeDirectory({ 'data/a': '1' })
    execFileSync('sh', ['-c', 'cd "$1"/data && sha256sum a > ../manifest', 'sh', root])
    const [directory, file] = [await digestDataset(`${root}/data`), await digestDataset(`${root}/manifest`)]
    expect(file.sha256).toBe(directory.sha256)
    expect([directory.kind, file.kind]).toEqual(['files', 'file'])
  })

  it('digests a directory without files as the empty set', async () => {
    expect(await digestDataset(makeDirectory())).toEqual({
      kind: 'files',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      merkleRoot: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      files: [],
      leftOut: 0,
      bytes: 0,
    })
  })

  it('says that nothing is there', async () => {
    await expect(digestDataset(`${makeDirectory()}/none`)).rejects.toThrow(withCode('data-unreadable'))
    await expect(digestDirectory(`${makeDirectory()}/none`)).rejects.toThrow(withCode('data-unreadable'))
  })

  it('says that it cannot read other places yet', async () => {
    await expect(digestDataset('s3a://bucket/orders')).rejects.toThrow(withCode('source-unsupported'))
  })

  it.each([
    ['Delta', { '_delta_log/00000000000000000000.json': '{}', 'part-0.parquet': '0' }, 1],
    ['Hudi', { '.hoodie/hoodie.properties': '', 'part-0.parquet': '0' }, 1],
    ['Iceberg', { 'metadata/v1.metadata.json': '{}', 'data/part-0.parquet': '0' }, 2],
    ['zipped Iceberg', { 'metadata/v1.metadata.json.gz': '', 'data/part-0.parquet': '0' }, 2],
  ])('takes a %s table for files only when asked', async (_format, files, count) => {
    const root = makeDirectory(files)
    await expect(digestDataset(root)).rejects.toThrow(withCode('table-found'))
    expect((await digestDataset(root, { as: 'files' })).files).toHaveLength(count)
  })
})

describe('digestDirectory', () => {
  it('fails on what is left out when it is strict', async () => {
    const root = makeDirectory({ 'part-0': '0', _SUCCESS: '', '_logs/a': '', '_logs/b/c': '' })
    expect((await digestDirectory(root)).leftOut).toBe(3)
    await expect(digestDirectory(root, { strict: true })).rejects.toThrow(withCode('files-left-out'))
    expect((await digestDirectory(makeDirectory({ 'part-0': '0' }), { strict: true })).leftOut).toBe(0)
  })

  it.each([
    ['case', 'part-a', 'part-A'],
    ['Unicode form', '\u00e9', 'e\u0301'],
  ])('fails on names that differ in %s only when it is strict', async (_what, one, other) => {
    const root = makeDirectory({ [one]: '1', [other]: '2' })
    expect((await digestDirectory(root)).files).toHaveLength(2)
    await expect(digestDirectory(root, { strict: true })).rejects.toThrow(withCode('path-invalid'))
  })

  it('refuses a symbolic link, and takes its bytes when links are allowed', async () => {
    const root = makeDirectory({ 'b/data': 'x' })
    symlinkSync('b/data', `${root}/a`)
    await expect(digestDirectory(root)).rejects.toThrow(withCode('symlink-refused'))
    const found = await digestDirectory(root, { symlinks: 'inside' })
    expect(found.files.map(({ path, sha256 }) => [path, sha256])).toEqual([
      ['a', sha256sum(`${root}/b/data`)],
      ['b/data', sha256sum(`${root}/b/data`)],
    ])
  })

  it('never follows a link out of the directory, to a directory, or to nothing', async () => {
    const outside = makeDirectory({ secret: 's' })
    for (const [target, code] of [
      [`${outside}/secret`, 'symlink-refused'],
      ['.', 'symlink-refused'],
      ['none', 'data-unreadable'],
    ] as const) {
      const root = makeDirectory({ data: 'x' })
      symlinkSync(target, `${root}/link`)
      await expect(digestDirectory(root, { symlinks: 'inside' })).rejects.toThrow(withCode(code))
    }
  })

  it('does not take a sibling with a longer name for the inside', async () => {
    const parent = makeDirectory({ 'lake/a': '1', 'lake-secret/b': '2' })
    symlinkSync('../lake-secret/b', `${parent}/lake/link`)
    await expect(digestDirectory(`${parent}/lake`, { symlinks: 'inside' })).rejects.toThrow(withCode('symlink-refused'))
  })

  it('digests what a link given by the caller leads to', async () => {
    const root = makeDirectory({ 'data/a': '1' })
    symlinkSync('data', `${root}/link`)
    expect((await digestDataset(`${root}/link`)).sha256).toBe((await digestDataset(`${root}/data`)).sha256)
  })

  it('refuses a pipe, and does not wait for its writer', async () => {
    const root = makeDirectory({ a: '1' })
    execFileSync('mkfifo', [`${root}/pipe`])
    await expect(digestDirectory(root)).rejects.toThrow(withCode('special-file'))
    await expect(digestDataset(`${root}/pipe`)).rejects.toThrow(withCode('special-file'))
  })

  it('refuses a socket', async () => {
    const root = makeDirectory({ a: '1' })
    const server = createServer()
    onTestFinished(() => void server.close())
    await new Promise<void>((listening) => server.listen(`${root}/socket`, listening))
    await expect(digestDirectory(root)).rejects.toThrow(withCode('special-file'))
  })

  it.each([
    ['a name', Buffer.from([0x61, 0xff]), false],
    ["a directory's name", Buffer.from([0xc3, 0x28]), true],
  ])('refuses %s that is not UTF-8', async (_what, name, directory) => {
    const root = makeDirectory({ a: '1' })
    const path = Buffer.concat([Buffer.from(`${root}/`), name])
    if (directory) mkdirSync(path)
    else writeFileSync(path, 'x')
    const nested = Buffer.concat([path, Buffer.from('/b')])
    if (directory) writeFileSync(nested, 'x')
    await expect(digestDirectory(root)).rejects.toThrow(withCode('path-invalid'))
  })

  it('leaves out a hidden name that is not UTF-8', async () => {
    const root = makeDirectory({ a: '1' })
    writeFileSync(Buffer.concat([Buffer.from(`${root}/.`), Buffer.from([0xff])]), 'x')
    expect(await digestDirectory(root)).toMatchObject({ leftOut: 1, files: [{ path: 'a' }] })
  })

  it.each(['a\nb', 'a\\b', 'a\rb'])('refuses the name %j', async (name) => {
    await expect(digestDirectory(makeDirectory({ [name]: '1' }))).rejects.toThrow(withCode('path-invalid'))
  })
})
