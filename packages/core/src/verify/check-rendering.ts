import { canonicalize } from '../canonical-json.ts'
import { equalBytes } from '../encoding.ts'
import {
  RENDERING_PATTERNS,
  type RenderingAnalysis,
  type RenderingPattern,
  type RenderingVerdict,
  renderingAnalysisSchema,
  verdictOf,
} from '../rendering/index.ts'
import type { KnownStatement } from '../statement/index.ts'
import { declared, notApplicable, passed, plural, refuted, skipped, unmet } from './check.ts'
import type { Check } from './report.ts'

/** `fail` refuses data with invisible characters, `warn` says them, `allow` accepts them, `off` does not look. */
export type RenderingMode = 'fail' | 'warn' | 'allow' | 'off'

export interface RenderingRules {
  readonly mode: RenderingMode
  /** What the caller accepts by name. */
  readonly allow: readonly RenderingPattern[]
}

/** What a scan came to, with what the caller accepts taken out; undefined where nothing was scanned. */
export interface RenderingFinding {
  readonly verdict: RenderingVerdict
  readonly detail: string
}

/**
 * The scan of the very bytes that were hashed, against what the caller asks, and what the producer stated
 * of them against the scan.
 *
 * @see SPEC §4 D9, L1.V.5, L2.V.11, L2.V.12
 */
export function checkRendering(
  { sha256, rendering }: { readonly sha256: string; readonly rendering?: RenderingAnalysis },
  known: KnownStatement | undefined,
  rules: RenderingRules,
): Check[] {
  const stated = statedAnalysis(known)
  return [judgeScan(rendering, rules), compareAnalysis(stated, sha256, rendering)]
}

export function findRendering(
  rendering: RenderingAnalysis | undefined,
  allow: readonly RenderingPattern[],
): RenderingFinding | undefined {
  if (rendering === undefined) return undefined
  const found = RENDERING_PATTERNS.filter((pattern) => rendering.patterns.includes(pattern))
  return { verdict: verdictOf(found, allow), detail: describeScan(rendering) }
}

function judgeScan(rendering: RenderingAnalysis | undefined, { mode, allow }: RenderingRules): Check {
  const finding = findRendering(rendering, allow)
  if (rendering === undefined || finding === undefined)
    return skipped('rendering', 'rendering', 'you asked for no scan')
  if (rendering.counts.text_files === 0) return notApplicable('rendering', 'rendering', 'no text among the files')
  if (finding.verdict === 'pass' && rendering.patterns.length === 0)
    return passed('rendering', 'rendering', finding.detail)
  if (finding.verdict === 'pass' || mode === 'allow')
    return passed('rendering', 'rendering', `${finding.detail}; you allow it`)
  return unmet('rendering', 'rendering', finding.detail)
}

function describeScan({ counts, patterns, files, more }: RenderingAnalysis): string {
  const texts = plural(counts.text_files, 'text file')
  const [first] = files
  if (first === undefined)
    return counts.invisible_codepoints === 0
      ? `${texts}, no invisible characters`
      : `${texts}, ${plural(counts.invisible_codepoints, 'invisible character')}, each a part of writing`
  const [place] = first.first
  const where = place ? ` (${place.codepoint} at character ${place.at})` : ''
  const rest = files.length + more - 1
  return `${patterns.join(', ')} in ${first.name}${where}${rest > 0 ? ` and ${plural(rest, 'other file')}` : ''}`
}

function statedAnalysis(known: KnownStatement | undefined): unknown {
  if (known?.kind !== 'origin' && known?.kind !== 'transform') return undefined
  return known.predicate.analysis?.rendering
}

/** Bound to the digest, and the same as ours where the same rules made it; another scanner's word stays a word. */
function compareAnalysis(stated: unknown, sha256: string, own: RenderingAnalysis | undefined): Check {
  const title = 'stated rendering'
  if (stated === undefined) return notApplicable('rendering-analysis', title, 'no analysis is stated of these bytes')
  const parsed = renderingAnalysisSchema.safeParse(stated)
  if (!parsed.success) return unmet('rendering-analysis', title, 'the analysis in the statement breaks its schema')
  const { scanner, digest, verdict } = parsed.data
  if (digest.sha256 !== sha256)
    return refuted('rendering-analysis', 'rendering-mismatch', title, `it is about other bytes, ${digest.sha256}`)
  const by = `${verdict}, by ${scanner.name} ${scanner.version}`
  if (own === undefined || scanner.name !== own.scanner.name || scanner.version !== own.scanner.version)
    return declared('rendering-analysis', title, by)
  if (equalBytes(canonicalize(essence(parsed.data)), canonicalize(essence(own))))
    return passed('rendering-analysis', title, `${by}, and so is what was found now`)
  return refuted('rendering-analysis', 'rendering-mismatch', title, `${by}; found now: ${own.verdict}`)
}

/** What two runs of the same rules over the same bytes agree on. */
function essence({ counts, contains_invisible_codepoints, families, ranges, patterns, verdict }: RenderingAnalysis) {
  const { files, text_files, total_codepoints, invisible_codepoints, expected_codepoints } = counts
  return {
    counts: { files, text_files, total_codepoints, invisible_codepoints, expected_codepoints },
    contains_invisible_codepoints,
    families,
    ranges,
    patterns,
    verdict,
  }
}
