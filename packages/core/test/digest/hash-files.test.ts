import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { hashFile } from '../../src/digest/hash-file.ts'
import { type HashProgress, hashFiles } from '../../src/digest/hash-files.ts'
import { digestDirectory } from '../../src/index.ts'
import { makeDirectory } from '../temporary-directory.ts'

// Threads start slowly on a machine that is busy with other suites.
vi.setConfig({ testTimeout: 60_000 })

const MIB = 1024 * 1024
const withCode = (code: string) => expect.objectContaining({ code })

/** Bytes whose period fits no buffer, so that a lost or doubled part shows. */
const bytesOf = (length: number, seed = 1) => Buffer.alloc(length, Buffer.from(`${seed} makoto `.repeat(977)))

const sha256sum = (files: readonly string[]) =>
  execFileSync('sha256sum', ['--', ...files], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.slice(0, 64))

/** More than 32 MiB: this goes to the workers. */
const SIZES = [20 * MIB, 9 * MIB, 5 * MIB + 1, 512 * 1024, 512 * 1024 - 1, 512 * 1024 + 1, 1, 0]
const large = mkdtempSync(join(tmpdir(), 'makoto-large-'))
const largeFiles = SIZES.map((_size, i) => `${large}/part-${i}`)
beforeAll(() => {
  for (const [i, size] of SIZES.entries()) writeFileSync(`${large}/part-${i}`, bytesOf(size, i + 1))
})
afterAll(() => rmSync(large, { recursive: true }))

describe('hashFiles', () => {
  it('says of small inputs what sha256sum says', async () => {
    const sizes = [0, 1, 63, 64, 65, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1, 3 * MIB]
    const root = makeDirectory(Object.fromEntries(sizes.map((size, i) => [`f${i}`, bytesOf(size)])))
    const files = sizes.map((_size, i) => `${root}/f${i}`)
    const hashed = await hashFiles(files)
    expect(hashed.map(({ sha256 }) => sha256)).toEqual(sha256sum(files))
    expect(hashed.map(({ size }) => size)).toEqual(sizes)
  })

  it.each([1, 2, 5])('says of large inputs what sha256sum says, on %i threads', async (threads) => {
    const hashed = await hashFiles(largeFiles, { threads })
    expect(hashed.map(({ sha256 }) => sha256)).toEqual(sha256sum(largeFiles))
  })

  it('says of very many files what sha256sum says', async () => {
    const names = Array.from({ length: 2100 }, (_, i) => `part=${i % 7}/p-${i}`)
    const root = makeDirectory(Object.fromEntries(names.map((name, i) => [name, `file ${i}`])))
    const files = names.map((name) => `${root}/${name}`)
    expect((await hashFiles(files)).map(({ sha256 }) => sha256)).toEqual(sha256sum(files))
    expect((await digestDirectory(root)).files).toHaveLength(2100)
  })

  it('tells how far it is, up to all of it', async () => {
    const steps: HashProgress[] = []
    await hashFiles(largeFiles, { onProgress: (progress) => steps.push(progress) })
    const total = 34 * MIB + 1 + 3 * 512 * 1024 + 1
    expect(steps.at(-1)).toEqual({ files: 8, bytes: total, totalFiles: 8, totalBytes: total })
    expect(steps.every(({ bytes }, i) => bytes >= (steps[i - 1]?.bytes ?? 0))).toBe(true)
  })

  it('stops when it is told to', async () => {
    const reason = new Error('enough')
    const before = AbortSignal.abort(reason)
    await expect(hashFiles(largeFiles, { signal: before })).rejects.toThrow(withCode('aborted'))
    const controller = new AbortController()
    const stopped = hashFiles(largeFiles, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted', cause: reason })
  })

  it.each([
    ['here', []],
    ['on the workers', ['large']],
  ])('names the file that cannot be read, %s', async (_where, more) => {
    const root = makeDirectory({ a: '1', large: bytesOf(more.length === 0 ? 1 : 33 * MIB) })
    symlinkSync('a', `${root}/link`)
    const files = [...more, 'a', 'link'].map((name) => `${root}/${name}`)
    await expect(hashFiles(files)).rejects.toMatchObject({
      code: 'data-unreadable',
      message: `${root}/link could not be read.`,
    })
  })
})

describe('a file that changes while it is hashed', () => {
  const buffer = new Uint8Array(64 * 1024)
  it.each<[string, (file: string) => void]>([
    ['grows', (file) => appendFileSync(file, 'x')],
    ['shrinks', (file) => truncateSync(file, 100_000)],
  ])('is refused when it %s', (_how, change) => {
    const file = `${makeDirectory({ a: bytesOf(300_000) })}/a`
    let changed = false
    const changeOnce = () => {
      if (!changed) change(file)
      changed = true
    }
    expect(() => hashFile(file, buffer, { onBytes: changeOnce })).toThrow(withCode('data-changed'))
  })

  it('is hashed as it was opened when another takes its name', () => {
    const root = makeDirectory({ a: bytesOf(300_000), b: 'other' })
    const [expected] = sha256sum([`${root}/a`])
    let moved = false
    const onBytes = () => {
      if (!moved) renameSync(`${root}/b`, `${root}/a`)
      moved = true
    }
    const hashed = hashFile(`${root}/a`, buffer, { onBytes })
    expect(hashed.sha256).toBe(expected)
  })
})
