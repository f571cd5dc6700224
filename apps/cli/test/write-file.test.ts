import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UsageError } from '../src/usage-error.ts'
import { replaceFile, writeNewFile } from '../src/write-file.ts'

let home: string
const at = (name: string) => join(home, name)
const read = (name: string) => readFileSync(at(name), 'utf8')

/** Fails after the file has been opened. */
const UNWRITABLE = 42 as unknown as string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'makoto-write-'))
})
afterEach(() => rm(home, { recursive: true }))

describe('a file that is replaced', () => {
  it('is written where there is none', async () => {
    await replaceFile(at('report'), 'new')
    expect(read('report')).toBe('new')
    expect(readdirSync(home)).toEqual(['report'])
  })

  it('is another file than the one that somebody has open, and has its mode', async () => {
    writeFileSync(at('report'), 'old and longer')
    chmodSync(at('report'), 0o640)
    const { ino } = statSync(at('report'))
    await replaceFile(at('report'), 'new')
    expect(read('report')).toBe('new')
    expect(statSync(at('report')).ino).not.toBe(ino)
    expect(statSync(at('report')).mode & 0o777).toBe(0o640)
  })

  it('keeps its content where the new one cannot be written, and nothing stays beside it', async () => {
    writeFileSync(at('report'), 'old')
    await expect(replaceFile(at('report'), UNWRITABLE)).rejects.toThrow(UsageError)
    expect(read('report')).toBe('old')
    expect(readdirSync(home)).toEqual(['report'])
  })

  it('may be reached through a link, which stays one', async () => {
    mkdirSync(at('reports'))
    writeFileSync(at('reports/today'), 'old')
    symlinkSync(at('reports/today'), at('latest'))
    await replaceFile(at('latest'), 'new')
    expect(read('reports/today')).toBe('new')
    expect(readdirSync(home)).toEqual(['latest', 'reports'])
    expect(read('latest')).toBe('new')
  })

  it('may be a device', async () => {
    await replaceFile('/dev/null', 'new')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('is refused where its folder is not there', async () => {
    await expect(replaceFile(at('no/such/place'), 'new')).rejects.toThrow(/no\/such\/place cannot be written: ENOENT/)
  })
})

describe('a file that is new', () => {
  it('does not take the place of another', async () => {
    writeFileSync(at('key'), 'old')
    await expect(writeNewFile(at('key'), 'new')).rejects.toThrow(/is there already and is not replaced/)
    expect(read('key')).toBe('old')
  })

  it('is not there at all where it cannot be written', async () => {
    await expect(writeNewFile(at('key'), UNWRITABLE)).rejects.toThrow(UsageError)
    expect(readdirSync(home)).toEqual([])
  })

  it('has the mode that is asked for', async () => {
    await writeNewFile(at('key'), 'new', 0o600)
    expect(statSync(at('key')).mode & 0o777).toBe(0o600)
  })
})
