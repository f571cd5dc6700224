import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeFileSource, FILE_SOURCE_CONTENT } from '@makoto/testkit'
import { expect, it } from 'vitest'
import { openFiles } from '../../src/index.ts'
import { makeDirectory, writeFiles } from '../temporary-directory.ts'

describeFileSource('a directory', async () => {
  const root = await mkdtemp(join(tmpdir(), 'makoto-files-'))
  writeFiles(root, FILE_SOURCE_CONTENT)
  return { files: openFiles(`file:${root}`), close: () => rm(root, { recursive: true }) }
})

it('follows no symbolic link', async () => {
  const root = makeDirectory({ a: '1' })
  await symlink('a', `${root}/link`)
  const found = []
  for await (const { path } of openFiles(root).list()) found.push(path)
  expect(found).toEqual(['a'])
  expect(await openFiles(root).stat('link')).toBeUndefined()
})

it('opens no place that it cannot read', () => {
  expect(() => openFiles('s3a://bucket/orders')).toThrow(expect.objectContaining({ code: 'source-unsupported' }))
})
