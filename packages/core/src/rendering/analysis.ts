import * as z from 'zod'
import { RENDERING_FAMILIES, type RenderingFamily } from './families.ts'
import type { TextFindings } from './scan-text.ts'

/** What is no part of writing, by what it does to a reader. A policy may allow one of them by name. */
export const RENDERING_PATTERNS = [...RENDERING_FAMILIES, 'invisible-run', 'undecodable'] as const
export type RenderingPattern = (typeof RENDERING_PATTERNS)[number]

export type RenderingVerdict = 'pass' | 'warn' | 'fail'

/**
 * `fail`: text reads other than it is, or carries data that nobody sees. `warn`: it may be a slip of an editor.
 *
 * @see docs/spec/predicates.md Rendering
 */
const VERDICTS: Readonly<Record<RenderingPattern, RenderingVerdict>> = {
  'bidi-control': 'fail',
  tag: 'fail',
  'variation-selector': 'fail',
  'invisible-run': 'fail',
  'bidi-mark': 'warn',
  'zero-width': 'warn',
  'soft-hyphen': 'warn',
  'default-ignorable': 'warn',
  undecodable: 'warn',
}

/** So many in a row are no slip: eight hold a byte. */
const RUN = 8
const MAX_FILES = 100

/** Rules that change what is found get a new version: analyses of two versions are not compared. */
export const RENDERING_SCANNER = { name: 'makoto-rendering', version: '1' } as const

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()
const labels = z.array(z.string().max(64)).max(256)

/** `analysis.rendering` of a statement, and of a report. @see SPEC §4, docs/spec/predicates.md Rendering */
export const renderingAnalysisSchema = z.looseObject({
  scanner: z.looseObject({ name: z.string(), version: z.string() }),
  /** The data's digest: an analysis of other bytes says nothing. */
  digest: z.looseObject({ sha256 }),
  normalization: z.string(),
  contains_invisible_codepoints: z.boolean(),
  families: labels,
  ranges: labels,
  counts: z.looseObject({
    files: count,
    text_files: count,
    total_codepoints: count,
    invisible_codepoints: count,
    expected_codepoints: count,
  }),
  patterns: labels,
  verdict: z.enum(['pass', 'warn', 'fail']),
  files: z
    .array(
      z.looseObject({
        name: z.string(),
        encoding: z.string(),
        patterns: labels,
        unexpected_codepoints: count,
        first: z.array(z.looseObject({ at: count, codepoint: z.string() })).max(64),
      }),
    )
    .max(MAX_FILES),
  /** Files with findings that `files` has no room for. */
  more: count,
})
export type RenderingAnalysis = z.infer<typeof renderingAnalysisSchema>

export interface ScannedFile {
  /** Its path in the manifest. */
  readonly path: string
  /** Undefined where it is no text. */
  readonly text: TextFindings | undefined
}

/** What the scans of a dataset's files come to, bound to the digest that was computed of the same bytes. */
export function analyseRendering(scanned: readonly ScannedFile[], sha256: string): RenderingAnalysis {
  const texts = scanned.flatMap(({ path, text }) => (text ? [{ path, text, patterns: patternsOf(text) }] : []))
  const suspicious = texts.filter(({ patterns }) => patterns.length > 0)
  const patterns = RENDERING_PATTERNS.filter((pattern) => suspicious.some((file) => file.patterns.includes(pattern)))
  const invisible = sum(texts, ({ text }) => text.invisible)
  return {
    scanner: { ...RENDERING_SCANNER },
    digest: { sha256 },
    normalization: 'none',
    contains_invisible_codepoints: invisible > 0,
    families: distinct(texts.flatMap(({ text }) => text.families)),
    ranges: distinct(texts.flatMap(({ text }) => text.ranges)),
    counts: {
      files: scanned.length,
      text_files: texts.length,
      total_codepoints: sum(texts, ({ text }) => text.codepoints),
      invisible_codepoints: invisible,
      expected_codepoints: sum(texts, ({ text }) => text.expected),
    },
    patterns,
    verdict: verdictOf(patterns),
    files: suspicious.slice(0, MAX_FILES).map(({ path, text, patterns }) => ({
      name: path,
      encoding: text.encoding,
      patterns,
      unexpected_codepoints: text.invisible - text.expected,
      first: text.first.map((place) => ({ ...place })),
    })),
    more: Math.max(0, suspicious.length - MAX_FILES),
  }
}

/** The verdict on what was found, without what the caller allows. */
export function verdictOf(
  patterns: readonly RenderingPattern[],
  allowed: readonly RenderingPattern[] = [],
): RenderingVerdict {
  const verdicts = patterns.filter((pattern) => !allowed.includes(pattern)).map((pattern) => VERDICTS[pattern])
  if (verdicts.includes('fail')) return 'fail'
  return verdicts.length > 0 ? 'warn' : 'pass'
}

function patternsOf({ unexpected, longestRun, encoding }: TextFindings): RenderingPattern[] {
  const families: readonly RenderingFamily[] = RENDERING_FAMILIES.filter((family) => unexpected[family] !== undefined)
  return [
    ...families,
    ...(longestRun >= RUN ? (['invisible-run'] as const) : []),
    ...(encoding === 'unknown' ? (['undecodable'] as const) : []),
  ]
}

const distinct = (names: readonly string[]) => [...new Set(names)].sort()

function sum<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((total, item) => total + read(item), 0)
}
