import { INVISIBLE_CLASS } from './families.ts'

/** Flags of England, Scotland and Wales: the only tag sequences that Unicode recommends (UTS #51, RGI). */
const FLAG = String.raw`\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}`

/** Scripts whose spelling needs joiners and non-joiners. */
const SCRIPTS = [
  'Arabic',
  'Syriac',
  'Nko',
  'Mongolian',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Khmer',
  'Myanmar',
]
const VIRAMAS = String.raw`[\u{94d}\u{9cd}\u{a4d}\u{acd}\u{b4d}\u{bcd}\u{c4d}\u{ccd}\u{d4d}\u{dca}\u{1039}\u{103a}\u{17d2}]`

const letter = (script: string) => String.raw`[\p{scx=${script}}&&[\p{L}\p{M}]]`

/**
 * The uses that are part of writing, and therefore no alarm:
 *
 * - a variation selector 15 or 16 directly after an emoji, and the 16 of a keycap;
 * - a zero-width joiner between two emoji;
 * - a joiner or non-joiner between two letters of one script that needs it, or directly after a virama (RFC 5892 A.1, A.2);
 * - a Mongolian variation selector or vowel separator directly after a Mongolian letter.
 *
 * @see SPEC §4 D9, docs/spec/predicates.md Rendering
 */
const EXPECTED = [
  String.raw`(?<=\p{Extended_Pictographic})[\u{fe0e}\u{fe0f}]`,
  String.raw`(?<=[0-9#*])\u{fe0f}(?=\u{20e3})`,
  String.raw`(?<=\p{Extended_Pictographic}[\u{fe0e}\u{fe0f}]?\p{Emoji_Modifier}?)\u{200d}(?=\p{Extended_Pictographic})`,
  ...SCRIPTS.map((script) => `(?<=${letter(script)})[\\u{200c}\\u{200d}](?=${letter(script)})`),
  String.raw`(?<=${VIRAMAS})[\u{200c}\u{200d}]`,
  String.raw`(?<=${letter('Mongolian')})[\u{180b}-\u{180f}]`,
].join('|')

const SEARCH = new RegExp(`${FLAG}|[${INVISIBLE_CLASS}]`, 'gv')
const EXPECTED_HERE = new RegExp(EXPECTED, 'vy')

/** Code units that a decision may look at on either side of a code point. */
export const MARGIN = 16

export interface InvisibleMatch {
  /** In code units of the text. */
  readonly index: number
  readonly length: number
  readonly codepoint: number
  /** Part of writing: counted, and no alarm. */
  readonly expected: boolean
}

/** What is invisible in `text`, from one code unit up to another; it may end after `to`, never begin there. */
export function* findInvisible(text: string, from: number, to: number): Generator<InvisibleMatch> {
  for (let at = from; at < to; ) {
    SEARCH.lastIndex = at
    const found = SEARCH.exec(text)
    if (found === null || found.index >= to) return
    const [matched] = found
    if (matched.length > 2) yield* splitFlag(matched, found.index)
    else yield describeMatch(text, matched, found.index)
    at = found.index + matched.length
  }
}

function describeMatch(text: string, matched: string, index: number): InvisibleMatch {
  EXPECTED_HERE.lastIndex = index
  return {
    index,
    length: matched.length,
    codepoint: matched.codePointAt(0) ?? 0,
    expected: EXPECTED_HERE.test(text),
  }
}

function* splitFlag(flag: string, start: number): Generator<InvisibleMatch> {
  for (let at = 2; at < flag.length; at += 2)
    yield { index: start + at, length: 2, codepoint: flag.codePointAt(at) ?? 0, expected: true }
}
