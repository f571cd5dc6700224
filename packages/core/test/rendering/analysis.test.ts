import { expect, it } from 'vitest'
import { digestDataset, renderingAnalysisSchema } from '../../src/index.ts'
import { makeDirectory } from '../temporary-directory.ts'

const analyse = async (files: Record<string, string | Uint8Array>) =>
  (await digestDataset(makeDirectory(files), { rendering: true })).rendering

it('is bound to the digest of the bytes that were scanned', async () => {
  const root = makeDirectory({ 'a.csv': 'id\n1\n', 'b.bin': Uint8Array.of(0, 1, 2, 3, 4) })
  const { sha256, rendering } = await digestDataset(root, { rendering: true })
  expect(rendering).toMatchObject({
    digest: { sha256 },
    scanner: { name: 'makoto-rendering', version: '1' },
    counts: { files: 2, text_files: 1, total_codepoints: 5, invisible_codepoints: 0 },
    contains_invisible_codepoints: false,
    verdict: 'pass',
  })
  expect(renderingAnalysisSchema.parse(rendering)).toEqual(rendering)
})

it('changes no digest, and is not made where nobody asks', async () => {
  const root = makeDirectory({ 'a.csv': 'a\u202e' })
  const { rendering: _, ...scanned } = await digestDataset(root, { rendering: true })
  expect(await digestDataset(root)).toEqual(scanned)
})

it.each([
  ['bidi controls', 'a\u202eb', 'fail', ['bidi-control']],
  ['tags', 'a\u{e0061}', 'fail', ['tag']],
  ['variation selectors', 'a\ufe01', 'fail', ['variation-selector']],
  ['one zero-width space', 'a\u200bb', 'warn', ['zero-width']],
  ['eight of them, which hold a byte', `a${'\u200b'.repeat(8)}b`, 'fail', ['zero-width', 'invisible-run']],
  ['a soft hyphen', 'a\u00adb', 'warn', ['soft-hyphen']],
  ['text of no encoding that it knows', Buffer.from('caf\xe9', 'latin1'), 'warn', ['undecodable']],
  ['emoji', '❤\ufe0f 👨\u200d👩', 'pass', []],
])('judges %s', async (_what, text, verdict, patterns) => {
  expect(await analyse({ 'a.txt': text })).toMatchObject({ verdict, patterns })
})

it('says that it holds invisible characters also where each is part of writing', async () => {
  expect(await analyse({ 'a.txt': 'کتاب\u200cها' })).toMatchObject({
    contains_invisible_codepoints: true,
    families: ['zero-width'],
    counts: { invisible_codepoints: 1, expected_codepoints: 1 },
    patterns: [],
    files: [],
  })
})

it('names the files and the places, and no more of them than are read', async () => {
  const files = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`${i}.csv`, '\u202e'.repeat(1000)]))
  const analysis = await analyse({ ...files, 'clean.csv': 'a' })
  expect(analysis?.files).toHaveLength(100)
  expect(analysis?.more).toBe(30)
  expect(analysis?.files[0]).toMatchObject({ name: '0.csv', unexpected_codepoints: 1000 })
  expect(analysis?.files.every(({ first }) => first.length === 8)).toBe(true)
})

it('scans on threads what is hashed on threads', { timeout: 60_000 }, async () => {
  const many = Object.fromEntries(
    Array.from({ length: 2500 }, (_, i) => [`${i}.csv`, i % 100 === 7 ? 'a\u202eb' : 'ab']),
  )
  const analysis = await analyse({ ...many, 'large.csv': `${'a'.repeat(3_000_000)}\u202e` })
  expect(analysis?.counts).toMatchObject({ text_files: 2501, invisible_codepoints: 26, total_codepoints: 3_005_026 })
})
