import { concatBytes, encodeUtf8, type FileSource } from '@makoto/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

export interface OpenedFiles {
  readonly files: FileSource
  readonly close: () => Promise<void>
}

/** The files that `open` has to put there before the suite runs. */
export const FILE_SOURCE_CONTENT: Readonly<Record<string, Uint8Array>> = {
  '.hidden': encodeUtf8('h'),
  '_delta_log/00000000000000000000.json': encodeUtf8('{}'),
  'a b%20.csv': encodeUtf8('id\n1\n'),
  empty: new Uint8Array(),
  'large.bin': Uint8Array.from({ length: 3 * 1024 * 1024 + 7 }, (_, i) => (i * 31) & 0xff),
  'year=2026/\u00e9.csv': encodeUtf8('\u00e9'),
}

/** What every implementation of `FileSource` holds to. */
export function describeFileSource(name: string, open: () => Promise<OpenedFiles>): void {
  describe(`file source: ${name}`, () => {
    let opened: OpenedFiles
    beforeAll(async () => {
      opened = await open()
    })
    afterAll(() => opened.close())

    it('lists every file with its size, in the order of the paths', async () => {
      const found = await listed(opened.files)
      expect(found.map(({ path, size }) => [path, size])).toEqual(
        Object.entries(FILE_SOURCE_CONTENT).map(([path, bytes]) => [path, bytes.length]),
      )
      expect(found.every(({ mtime }) => Number.isInteger(mtime) && mtime > 0)).toBe(true)
    })

    it('lists by prefix', async () => {
      expect((await listed(opened.files, '_delta_log/')).map(({ path }) => path)).toEqual([
        '_delta_log/00000000000000000000.json',
      ])
      expect((await listed(opened.files, 'year=')).map(({ path }) => path)).toEqual(['year=2026/\u00e9.csv'])
      expect(await listed(opened.files, 'none/')).toEqual([])
    })

    it.each(Object.keys(FILE_SOURCE_CONTENT))('reads %j to its end', async (path) => {
      expect(equal(await read(opened.files.open(path)), FILE_SOURCE_CONTENT[path])).toBe(true)
    })

    it('reads a range', async () => {
      const range = { offset: 1024 * 1024 - 3, length: 2 * 1024 * 1024 }
      const expected = FILE_SOURCE_CONTENT['large.bin']?.subarray(range.offset, range.offset + range.length)
      expect(equal(await read(opened.files.open('large.bin', range)), expected)).toBe(true)
      expect(await read(opened.files.open('large.bin', { offset: 5, length: 0 }))).toHaveLength(0)
    })

    it.each([
      { offset: 4, length: 2 },
      { offset: -1, length: 1 },
    ])('refuses a range beyond the file: %j', async (range) => {
      await expect(read(opened.files.open('a b%20.csv', range))).rejects.toMatchObject({ code: 'data-unreadable' })
    })

    it('tells what a file is, and that there is none', async () => {
      expect(await opened.files.stat('a b%20.csv')).toMatchObject({ path: 'a b%20.csv', size: 5 })
      expect(await opened.files.stat('none')).toBeUndefined()
      expect(await opened.files.stat('year=2026')).toBeUndefined()
      await expect(read(opened.files.open('none'))).rejects.toMatchObject({ code: 'data-unreadable' })
    })

    it.each(['../outside', '/etc/hostname', 'a/../../b'])('refuses the path %j', async (path) => {
      await expect(read(opened.files.open(path))).rejects.toMatchObject({ code: 'path-invalid' })
      await expect(opened.files.stat(path)).rejects.toMatchObject({ code: 'path-invalid' })
    })
  })
}

async function listed(files: FileSource, prefix?: string) {
  const found = []
  for await (const file of files.list(prefix)) found.push(file)
  return found
}

async function read(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const read: Uint8Array[] = []
  for await (const part of parts) read.push(part)
  return concatBytes(...read)
}

/** A boolean, because a failed comparison of megabytes is slow to print. */
function equal(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0
}
