/** Ways in which text can hold what nobody sees. @see SPEC §4 D9, docs/spec/predicates.md Rendering */
export const RENDERING_FAMILIES = [
  'bidi-control',
  'bidi-mark',
  'tag',
  'variation-selector',
  'zero-width',
  'soft-hyphen',
  'default-ignorable',
] as const
export type RenderingFamily = (typeof RENDERING_FAMILIES)[number]

type Range = readonly [first: number, last: number]

/** D9 names the first five. The last two are drawn as nothing too, so that leaving them out would only move the hiding place. */
const RANGES: Record<RenderingFamily, readonly Range[]> = {
  'bidi-control': [
    [0x202a, 0x202e],
    [0x2066, 0x2069],
  ],
  'bidi-mark': [
    [0x061c, 0x061c],
    [0x200e, 0x200f],
  ],
  tag: [[0xe0000, 0xe007f]],
  'variation-selector': [
    [0x180b, 0x180d],
    [0x180f, 0x180f],
    [0xfe00, 0xfe0f],
    [0xe0100, 0xe01ef],
  ],
  'zero-width': [
    [0x180e, 0x180e],
    [0x200b, 0x200d],
    [0x2060, 0x2060],
    [0xfeff, 0xfeff],
  ],
  'soft-hyphen': [[0x00ad, 0x00ad]],
  'default-ignorable': [
    [0x034f, 0x034f],
    [0x115f, 0x1160],
    [0x17b4, 0x17b5],
    [0x2061, 0x2065],
    [0x206a, 0x206f],
    [0x3164, 0x3164],
    [0xffa0, 0xffa0],
    [0xfff0, 0xfffb],
    [0x1bca0, 0x1bca3],
    [0x1d173, 0x1d17a],
    [0xe0080, 0xe00ff],
    [0xe01f0, 0xe0fff],
  ],
}

const ALL = RENDERING_FAMILIES.flatMap((family) => RANGES[family].map((range) => ({ family, range })))

/** The body of a character class (flags `u` or `v`) that holds every code point of the table. */
export const INVISIBLE_CLASS = ALL.map(
  ({ range: [first, last] }) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`,
).join('')

export interface InvisibleKind {
  readonly family: RenderingFamily
  /** As `ranges[]` of an analysis has it: `U+202A-U+202E`. */
  readonly range: string
}

/** Where in the table a code point stands; undefined where it is none of them. */
export function kindOf(codepoint: number): InvisibleKind | undefined {
  const found = ALL.find(({ range: [first, last] }) => codepoint >= first && codepoint <= last)
  return found && { family: found.family, range: formatRange(found.range) }
}

export const formatCodepoint = (codepoint: number) => `U+${codepoint.toString(16).toUpperCase().padStart(4, '0')}`

function formatRange([first, last]: Range): string {
  return first === last ? formatCodepoint(first) : `${formatCodepoint(first)}-${formatCodepoint(last)}`
}
