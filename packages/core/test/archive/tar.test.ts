import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readTar } from '../../src/archive/read-tar.ts'
import { writeTar } from '../../src/archive/write-tar.ts'
import { encodeUtf8 } from '../../src/index.ts'
import { makeDirectory } from '../temporary-directory.ts'

const LONG = `names/${'a'.repeat(64)}/20261121T032000.000Z_${'b'.repeat(64)}_${'c'.repeat(64)}`
const limits = { maxEntries: 100 }

const archiveOf = (files: Record<string, string>) =>
  writeTar(new Map(Object.entries(files).map(([path, text]) => [path, encodeUtf8(text)])))

const textsOf = (bytes: Uint8Array) =>
  Object.fromEntries([...readTar(bytes, limits)].map(([path, content]) => [path, new TextDecoder().decode(content)]))

const refusal = (reason: string) =>
  expect.objectContaining({ code: 'archive-invalid', message: expect.stringContaining(reason) })

/** An archive with a header field replaced and its sum made right again. */
function forge(bytes: Uint8Array, start: number, text: string): Uint8Array {
  const forged = bytes.slice()
  forged.set(encodeUtf8(text), start)
  const header = forged.subarray(0, 512)
  header.set(encodeUtf8(' '.repeat(8)), 148)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.set(encodeUtf8(`${sum.toString(8).padStart(6, '0')}\0 `), 148)
  return forged
}

describe('an archive', () => {
  it('gives back what went in', () => {
    const files = { 'a/b': 'one', 'a/empty': '', [LONG]: 'two', 'ü/ß': 'three', ['x'.repeat(100)]: 'full' }
    expect(textsOf(archiveOf(files))).toEqual(files)
  })

  it('is the same whatever the order of the files', () => {
    expect(archiveOf({ b: '2', a: '1' })).toEqual(archiveOf({ a: '1', b: '2' }))
  })

  it('is what tar reads', () => {
    const root = makeDirectory()
    writeFileSync(`${root}/x.tar`, archiveOf({ 'a/b': 'one', [LONG]: 'two', 'ü/ß': 'three' }))
    const tar = (...args: string[]) => execFileSync('tar', [...args, '-f', `${root}/x.tar`], { encoding: 'utf8' })
    expect(tar('--quoting-style=literal', '-t').trim().split('\n')).toEqual(['a/b', LONG, 'ü/ß'])
    expect(tar('-x', '-O', LONG)).toBe('two')
    expect(tar('-t', '-v')).toMatch(/^-rw-r--r-- 0\/0 +3 1970-01-01/m)
  })
})

describe('refuses', () => {
  const good = archiveOf({ 'a/b': 'one' })

  it.each([
    ['a path that leaves the root', { '../a': 'x' }, 'dot'],
    ['an absolute path', { '/a': 'x' }, 'absolute'],
    ['a path through the root', { 'a/../../b': 'x' }, 'dot'],
    ['a backslash', { 'a\\b': 'x' }, 'backslash'],
    ['a hidden name', { 'a/.b': 'x' }, 'dot'],
    ['a long path that leaves the root', { [`${'a/'.repeat(60)}../b`]: 'x' }, 'dot'],
  ])('%s', (_, files, reason) => {
    expect(() => readTar(archiveOf(files), limits)).toThrow(refusal(reason))
  })

  it('a path that stands twice', () => {
    const once = good.subarray(0, 1024)
    expect(() => readTar(Buffer.concat([once, good]), limits)).toThrow(refusal('stands twice'))
  })

  it.each([
    ['a symbolic link', '2'],
    ['a hard link', '1'],
    ['a directory', '5'],
    ['a device', '3'],
    ["GNU's long name", 'L'],
    ['a global header', 'g'],
  ])('%s', (_, type) => {
    expect(() => readTar(forge(good, 156, type), limits)).toThrow(refusal('no file'))
  })

  it('a file that names a link beside', () => {
    expect(() => readTar(forge(good, 157, 'target'), limits)).toThrow(refusal('link'))
  })

  it('a prefix, which another reader would put in front', () => {
    expect(() => readTar(forge(good, 345, 'other'), limits)).toThrow(refusal('prefix'))
  })

  it('a size that is larger than the archive, or no octal number', () => {
    expect(() => readTar(forge(good, 124, '77777777777\0'), limits)).toThrow(refusal('ends early'))
    expect(() => readTar(forge(good, 124, '-0000000001\0'), limits)).toThrow(refusal('number'))
    expect(() => readTar(forge(good, 124, '           \0'), limits)).toThrow(refusal('number'))
  })

  it('a header whose sum is wrong', () => {
    const bytes = good.slice()
    bytes[0] = 0x62
    expect(() => readTar(bytes, limits)).toThrow(refusal('wrong sum'))
  })

  it.each([0, 100, 512, 515, 1023, 1024])('an archive cut to %i bytes', (length) => {
    expect(() => readTar(good.subarray(0, length), limits)).toThrow(refusal('ends early'))
  })

  it('bytes between and behind the files', () => {
    const between = good.slice()
    between[600] = 1
    const behind = good.slice()
    behind[good.length - 1] = 1
    expect(() => readTar(between, limits)).toThrow(refusal('none belong'))
    expect(() => readTar(behind, limits)).toThrow(refusal('none belong'))
  })

  it('an extended header that holds anything but one path', () => {
    const long = archiveOf({ [LONG]: 'x' })
    const record = (text: string) => {
      const bytes = long.slice()
      bytes.set(encodeUtf8(text), 512)
      return bytes
    }
    expect(() => readTar(record('999'), limits)).toThrow(refusal('no path'))
    expect(() => readTar(record(`${LONG.length + 10} size`), limits)).toThrow(refusal('no path'))
    expect(() => readTar(Buffer.concat([long.subarray(0, 1024), new Uint8Array(1024)]), limits)).toThrow(
      refusal('no file follows'),
    )
    expect(() => readTar(Buffer.concat([long.subarray(0, 1024), long]), limits)).toThrow(refusal('no file'))
  })

  it('more files than allowed', () => {
    expect(() => readTar(archiveOf({ a: '', b: '', c: '' }), { maxEntries: 2 })).toThrow(
      expect.objectContaining({ code: 'limit-exceeded' }),
    )
  })
})

it('has no error but its own for damaged bytes', () => {
  const good = archiveOf({ 'a/b': 'one', [LONG]: 'two' })
  let seed = 1
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  let refused = 0
  for (let round = 0; round < 2000; round++) {
    const bytes = good.slice(0, good.length - (round % 3 === 0 ? random(good.length) : 0))
    for (let flips = random(4); flips >= 0 && bytes.length > 0; flips--) bytes[random(bytes.length)] = random(256)
    try {
      readTar(bytes, limits)
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^(archive-invalid|limit-exceeded)$/) })
      refused++
    }
  }
  expect(refused).toBeGreaterThan(1000)
})
