import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/index.ts'
import { startTextScan, type TextFindings } from '../../src/rendering/index.ts'

function scan(
  text: string | Uint8Array,
  { name = 'a.csv', parts = Number.POSITIVE_INFINITY } = {},
): TextFindings | undefined {
  const bytes = typeof text === 'string' ? encodeUtf8(text) : text
  const scanning = startTextScan(name)
  for (let at = 0; at < bytes.length; at += parts) scanning.push(bytes.subarray(at, at + parts))
  return scanning.end()
}

const utf16 = (text: string, mark: boolean) => Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le')

describe('what nobody sees', () => {
  it.each([
    ['a right-to-left override', 'a\u202eb', { 'bidi-control': 1 }, 'U+202A-U+202E'],
    ['an isolate', 'a\u2066b\u2069', { 'bidi-control': 2 }, 'U+2066-U+2069'],
    ['a left-to-right mark', 'a\u200eb', { 'bidi-mark': 1 }, 'U+200E-U+200F'],
    ['an Arabic letter mark', 'a\u061cb', { 'bidi-mark': 1 }, 'U+061C'],
    ['tags', 'a\u{e0068}\u{e0069}', { tag: 2 }, 'U+E0000-U+E007F'],
    ['a variation selector without an emoji', 'a\ufe0f', { 'variation-selector': 1 }, 'U+FE00-U+FE0F'],
    ['a variation selector of the supplement', '😀\u{e0100}', { 'variation-selector': 1 }, 'U+E0100-U+E01EF'],
    ['a zero-width space', 'ad\u200bmin', { 'zero-width': 1 }, 'U+200B-U+200D'],
    ['a zero-width joiner between letters that do not join', 'ad\u200dmin', { 'zero-width': 1 }, 'U+200B-U+200D'],
    ['a word joiner', 'a\u2060b', { 'zero-width': 1 }, 'U+2060'],
    ['a byte order mark that is not at the beginning', 'a\ufeffb', { 'zero-width': 1 }, 'U+FEFF'],
    ['a Mongolian vowel separator among Latin letters', 'a\u180eb', { 'zero-width': 1 }, 'U+180E'],
    ['a soft hyphen', 'a\u00adb', { 'soft-hyphen': 1 }, 'U+00AD'],
    ['a Hangul filler', 'a\u3164b', { 'default-ignorable': 1 }, 'U+3164'],
  ] as const)('is found: %s', (_what, text, unexpected, range) => {
    expect(scan(text)).toMatchObject({ unexpected, expected: 0, ranges: [range], encoding: 'utf-8' })
  })

  it('is found where it stands, counted in characters', () => {
    expect(scan('é😀\u202ex\u200b')?.first).toEqual([
      { at: 2, codepoint: 'U+202E' },
      { at: 4, codepoint: 'U+200B' },
    ])
  })

  it('is counted in a row, and not across what is seen', () => {
    expect(scan('a\u200b\u200c\u200bb\u200b')?.longestRun).toBe(3)
  })
})

describe('what is part of writing is counted and no alarm', () => {
  it.each([
    ['a family of emoji', '👨\u200d👩\u200d👧', 2],
    ['a rainbow flag', '🏳\ufe0f\u200d🌈', 2],
    ['a skin tone in a sequence', '👩🏽\u200d🚀', 1],
    ['a red heart', '❤\ufe0f', 1],
    ['a heart as text', '❤\ufe0e', 1],
    ['a keycap', '1\ufe0f\u20e3', 1],
    ['the flag of Scotland', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}', 6],
    ['a Persian plural', 'کتاب\u200cها', 1],
    ['a Persian word with vowel marks', 'کِ\u200cه', 1],
    ['a Devanagari half form', 'क्\u200dष', 1],
    ['an explicit virama', 'क्\u200cष', 1],
    ['a Sinhala conjunct', 'ශ්\u200dරී', 1],
    ['a Malayalam chillu at the end of a word', 'അവന്\u200d ', 1],
    ['a Mongolian variant', 'ᠠ\u180b', 1],
    ['a byte order mark at the beginning', '\ufeffid,name', 0],
  ])('%s', (_what, text, expected) => {
    expect(scan(text)).toMatchObject({ expected, invisible: expected, unexpected: {}, longestRun: 0 })
  })

  it.each([
    ['a joiner with an emoji on one side only', '😀\u200da'],
    ['a second variation selector', '❤\ufe0f\ufe0f'],
    ['a selector after a digit that is no keycap', '1\ufe0f2'],
    ['a flag that nobody has', '🏴\u{e0075}\u{e0073}\u{e007f}'],
    ['a flag with more behind it', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}\u{e0061}'],
    ['a non-joiner at the end of a Persian word', 'کتاب\u200c '],
    ['a non-joiner between two scripts', 'ک\u200ca'],
  ])('but not %s', (_what, text) => {
    expect(scan(text)?.unexpected).not.toEqual({})
  })
})

describe('text in parts', () => {
  const texts = [
    'plain, then 👨\u200d👩\u200d👧 and \u202e, and 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}!',
    `${'x'.repeat(40)}کتاب\u200cها${'x'.repeat(40)}\u200b${'é'.repeat(30)}❤\ufe0f`,
    `\ufeffid${'\u200b'.repeat(20)}1\ufe0f\u20e3`,
  ]
  it.each([1, 2, 3, 4, 5, 7, 16, 17, 31])('of %i bytes gives what the whole gives', (parts) => {
    for (const text of texts) expect(scan(text, { parts })).toEqual(scan(text))
    const wide = utf16(texts.join('\n'), true)
    expect(scan(wide, { parts })).toEqual(scan(wide))
  })

  it('counts the characters of text longer than any buffer', () => {
    const text = `${'a'.repeat(50_000)}é\u200b${'b'.repeat(50_000)}`
    expect(scan(text, { parts: 9_973 })).toMatchObject({
      codepoints: 100_002,
      first: [{ at: 50_001, codepoint: 'U+200B' }],
    })
  })
})

describe('what is text', () => {
  it('reads UTF-16 by its mark', () => {
    expect(scan(utf16('a\u202eb', true))).toMatchObject({ encoding: 'utf-16le', codepoints: 3, invisible: 1 })
    expect(scan(utf16('a\u202eb', true).swap16())).toMatchObject({ encoding: 'utf-16be', invisible: 1 })
  })

  it.each([
    ['Latin-1', Buffer.from('caf\xe9,1\n', 'latin1')],
    ['UTF-16 without a mark', utf16('a\u202eb', false)],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
    ['a character cut off at the end', Buffer.from([0x61, 0x62, 0x63, 0x64, 0xc3])],
    ['an overlong form', Buffer.from([0x61, 0x62, 0x63, 0xc0, 0x80])],
    ['half of a surrogate pair', Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x61])],
    ['NUL', Buffer.from('abc\0def')],
  ])('says that it cannot read %s where the name promises text, and passes it over elsewhere', (_what, bytes) => {
    expect(scan(bytes)).toMatchObject({ encoding: 'unknown' })
    expect(scan(bytes, { name: 'part-0.parquet' })).toBeUndefined()
  })

  it.each(['part-0', 'LICENSE', 'b.parquet'])('is what is valid UTF-8, whatever its name: %s', (name) => {
    expect(scan('a\u202eb', { name })).toMatchObject({ invisible: 1 })
  })

  it('tells nothing of an empty file but that it is one', () => {
    expect(scan('')).toMatchObject({ codepoints: 0, invisible: 0 })
  })
})
