import { execFile } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { openMemoryFile } from '../../src/index.ts'
import { makeDirectory } from '../temporary-directory.ts'

const hex = (digit: string) => digit.repeat(64)
const version = (name: string, digit: string, time?: number) => ({
  name,
  subject: hex(digit),
  bundle: hex(digit),
  time,
})

describe('a memory file', () => {
  it('begins with the first thing that is remembered, and is its owner’s', async () => {
    const file = `${makeDirectory()}/seen`
    const memory = openMemoryFile(file)
    expect(await memory.recall(['a'])).toEqual([])
    expect(existsSync(file)).toBe(false)
    await memory.remember([version('a', '1', 0)])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('is a line for each version, that a person can read', async () => {
    const file = `${makeDirectory()}/seen`
    await openMemoryFile(file).remember([version('dataset:file:/lake/my orders', '1', 0), version('dataset:b', '2')])
    expect(readFileSync(file, 'utf8')).toBe(
      `v1 1970-01-01T00:00:00.000Z ${hex('1')} ${hex('1')} dataset:file:/lake/my orders\n` +
        `v1 - ${hex('2')} ${hex('2')} dataset:b\n`,
    )
  })

  it('gives back what was remembered under a name, in order', async () => {
    const memory = openMemoryFile(`${makeDirectory()}/seen`)
    for (const one of [version('a', '1', 1), version('b', '2', 2), version('a', '3', 3)]) await memory.remember([one])
    expect(await memory.recall(['a'])).toEqual([version('a', '1', 1), version('a', '3', 3)])
    expect(await memory.recall(['a', 'b'])).toHaveLength(3)
  })

  it('holds an attestation once, and once more with the time that it got', async () => {
    const memory = openMemoryFile(`${makeDirectory()}/seen`)
    const [undated, dated, later] = [version('a', '1'), version('a', '1', 1), version('a', '1', 2)]
    for (const one of [undated, version('a', '2'), undated, dated, undated, later]) await memory.remember([one])
    expect(await memory.recall(['a'])).toEqual([undated, version('a', '2'), dated])
  })

  it('loses no line and mixes none where many processes write', { timeout: 60_000 }, async () => {
    const file = `${makeDirectory()}/seen`
    const script = fileURLToPath(new URL('./remember-many.ts', import.meta.url))
    const run = promisify(execFile)
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((writer) =>
        run(process.execPath, ['--conditions=@makoto/source', script, file, writer, '50']),
      ),
    )
    const names = ['a', 'b', 'c', 'd'].map((writer) => `dataset:file:/${writer.repeat(500)}`)
    expect(await openMemoryFile(file).recall(names)).toHaveLength(200)
  })

  it.each([
    ['the group', 0o620],
    ['everybody', 0o602],
  ])('is refused where %s can write to it', async (_who, mode) => {
    const root = makeDirectory({ seen: '' })
    chmodSync(`${root}/seen`, mode)
    const memory = openMemoryFile(`${root}/seen`)
    await expect(memory.recall(['a'])).rejects.toMatchObject({ code: 'memory-unsafe' })
    await expect(memory.remember([version('a', '1')])).rejects.toMatchObject({ code: 'memory-unsafe' })
    expect(readFileSync(`${root}/seen`, 'utf8')).toBe('')
  })

  it('is refused in a directory where others can replace it, but for one that keeps files to their owners', async () => {
    const root = makeDirectory()
    mkdirSync(`${root}/open`)
    chmodSync(`${root}/open`, 0o777)
    await expect(openMemoryFile(`${root}/open/seen`).recall(['a'])).rejects.toMatchObject({ code: 'memory-unsafe' })
    chmodSync(`${root}/open`, 0o1777)
    expect(await openMemoryFile(`${root}/open/seen`).recall(['a'])).toEqual([])
  })

  it('is refused where it is a link, a directory, or nowhere', async () => {
    const root = makeDirectory({ elsewhere: '' })
    symlinkSync('elsewhere', `${root}/link`)
    mkdirSync(`${root}/folder`)
    for (const file of ['link', 'folder', 'none/seen']) {
      const refusal = { code: expect.stringMatching(/^memory-(unsafe|unusable)$/) }
      await expect(openMemoryFile(`${root}/${file}`).recall(['a'])).rejects.toMatchObject(refusal)
    }
  })

  it.each([
    ['a line of another version', `v2 - ${hex('1')} ${hex('1')} a\n`],
    ['no name', `v1 - ${hex('1')} ${hex('1')} \n`],
    ['half a digest', `v1 - ${hex('1')} 11 a\n`],
    ['no such day', `v1 2026-02-31T99:00:00.000Z ${hex('1')} ${hex('1')} a\n`],
    ['an empty line', '\n'],
    ['a line cut off', `v1 - ${hex('1')} ${hex('1')} a`],
  ])('is refused with %s: it may have been the one that says no', async (_what, line) => {
    const file = `${makeDirectory()}/seen`
    const memory = openMemoryFile(file)
    await memory.remember([version('a', '1')])
    appendFileSync(file, line)
    await expect(memory.recall(['b'])).rejects.toMatchObject({ code: 'memory-invalid' })
  })

  it('holds no name that would be another line', async () => {
    const file = `${makeDirectory()}/seen`
    writeFileSync(file, '', { mode: 0o600 })
    const memory = openMemoryFile(file)
    const forged = `a\nv1 - ${hex('1')} ${hex('1')} b`
    await expect(memory.remember([version(forged, '2')])).rejects.toMatchObject({ code: 'name-invalid' })
    await expect(memory.remember([version('a'.repeat(5000), '2')])).rejects.toMatchObject({ code: 'limit-exceeded' })
    expect(readFileSync(file, 'utf8')).toBe('')
  })

  it('is not believed behind a link to a directory that others can write to', async () => {
    const [open, own] = [makeDirectory(), makeDirectory()]
    chmodSync(open, 0o777)
    symlinkSync(open, `${own}/link`)
    for (const directory of [open, `${own}/link`])
      await expect(openMemoryFile(`${directory}/seen`).recall(['a'])).rejects.toMatchObject({ code: 'memory-unsafe' })
  })
})
