import { execFile } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { hashFiles } from '../../src/digest/hash-files.ts'
import { makeDirectory } from '../temporary-directory.ts'

vi.setConfig({ testTimeout: 60_000 })

const threads = vi.hoisted(() => ({ started: 0 }))

vi.mock('node:worker_threads', async (load) => {
  const real = await load<typeof import('node:worker_threads')>()
  class Worker extends real.Worker {
    constructor(...args: ConstructorParameters<typeof real.Worker>) {
      super(...args)
      threads.started++
    }
  }
  return { ...real, Worker }
})

const MIB = 1024 * 1024

/** A file of that many zeros, which takes no room. */
function makeSparseFile(size: number): string {
  const file = join(makeDirectory(), 'sparse')
  writeFileSync(file, '')
  truncateSync(file, size)
  return file
}

function makeSmallFiles(count: number): string[] {
  const names = Array.from({ length: count }, (_, i) => `part-${i}`)
  const root = makeDirectory(Object.fromEntries(names.map((name) => [name, name])))
  return names.map((name) => join(root, name))
}

describe('threads', () => {
  beforeEach(() => {
    threads.started = 0
  })

  it.each([
    ['31 MiB', () => [makeSparseFile(31 * MIB)]],
    ['2000 files', () => makeSmallFiles(2000)],
  ])('are not started for %s', async (_, make) => {
    await hashFiles(make(), { threads: 2 })
    expect(threads.started).toBe(0)
  })

  it.each([
    ['one for one file of 33 MiB', () => [makeSparseFile(33 * MIB)], 1],
    ['as many as are allowed for two of 20 MiB', () => [makeSparseFile(20 * MIB), makeSparseFile(20 * MIB)], 2],
    ['as many as are allowed for 2001 files', () => makeSmallFiles(2001), 2],
  ])('are started: %s', async (_, make, count) => {
    await hashFiles(make(), { threads: 2 })
    expect(threads.started).toBe(count)
  })
})

describe('an abort between small files', () => {
  const reason = new Error('enough')

  it('is the end before the next one', async () => {
    const controller = new AbortController()
    const seen: number[] = []
    const stopped = hashFiles(makeSmallFiles(3), {
      signal: controller.signal,
      onProgress: ({ files }) => {
        seen.push(files)
        if (files === 1) controller.abort(reason)
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'aborted', cause: reason })
    expect(Math.max(...seen)).toBe(1)
  })

  it('is heard while they are hashed', async () => {
    const controller = new AbortController()
    const files = makeSmallFiles(500)
    setImmediate(() => controller.abort(reason))
    await expect(hashFiles(files, { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('memory', () => {
  it('does not grow with the size of a file', async () => {
    const script = fileURLToPath(new URL('./hash-large-file.ts', import.meta.url))
    const files = [makeSparseFile(33 * MIB), makeSparseFile(1536 * MIB)]
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['--conditions=@makoto/source', script, ...files])
    expect(Number(stdout) * 1024).toBeLessThan(64 * MIB)
  })
})
