import { describeReadableStore } from '@makoto/testkit'
import { expect, it } from 'vitest'
import { writeTar } from '../../src/archive/write-tar.ts'
import { compressGzip, encodeUtf8, openArchive } from '../../src/index.ts'
import { isObjectPath } from '../../src/store/object-path.ts'

const archiveOf = (files: Iterable<[string, Uint8Array]>) => compressGzip(writeTar(new Map(files)))

// Hidden names are no objects of a store, so that an archive that holds one is refused as a whole.
describeReadableStore('an archive', async (content) => ({
  store: openArchive(archiveOf(Object.entries(content).filter(([path]) => isObjectPath(path)))),
  close: async () => {},
}))

it('takes no objects', async () => {
  const store = openArchive(archiveOf([]))
  await expect(store.put('a/b', encodeUtf8('x'))).rejects.toMatchObject({ code: 'store-read-only' })
  await expect(store.put('../b', encodeUtf8('x'))).rejects.toMatchObject({ code: 'store-path-invalid' })
})

it('is refused where it holds a hidden name', () => {
  expect(() => openArchive(archiveOf([['a/.b', encodeUtf8('x')]]))).toThrow(
    expect.objectContaining({ code: 'archive-invalid' }),
  )
})
