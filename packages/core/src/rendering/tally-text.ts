import { findInvisible, type InvisibleMatch, MARGIN } from './expected-use.ts'
import { formatCodepoint, kindOf, type RenderingFamily } from './families.ts'

export interface TextCounts {
  readonly codepoints: number
  /** All that is invisible, and how many of these are part of writing. */
  readonly invisible: number
  readonly expected: number
  /** Families and ranges of all that is invisible. */
  readonly families: readonly RenderingFamily[]
  readonly ranges: readonly string[]
  /** Those that are not part of writing. */
  readonly unexpected: Readonly<Partial<Record<RenderingFamily, number>>>
  /** Most of them in a row. */
  readonly longestRun: number
  /** The first of them; `at` counts code points from 0. */
  readonly first: readonly { readonly at: number; readonly codepoint: string }[]
}

export interface Tally {
  /** True where nothing but ASCII waits to be judged. */
  isPlain(): boolean
  /** ASCII, which holds nothing invisible. */
  skip(ascii: Uint8Array): void
  add(text: string): void
  finish(rest: string): TextCounts
}

const MAX_FIRST = 8

/** Counts over text in parts; what stands near a part's end waits for what comes after it. */
export function startTally(): Tally {
  const families = new Set<RenderingFamily>()
  const ranges = new Set<string>()
  const unexpected: Partial<Record<RenderingFamily, number>> = {}
  const first: { at: number; codepoint: string }[] = []
  let [codepoints, invisible, expected, longestRun, run, lastAt] = [0, 0, 0, 0, 0, -2]
  let window = ''
  let settled = 0

  const count = (found: InvisibleMatch, at: number) => {
    const kind = kindOf(found.codepoint)
    if (kind === undefined) return
    invisible++
    families.add(kind.family)
    ranges.add(kind.range)
    if (found.expected) {
      expected++
      return
    }
    unexpected[kind.family] = (unexpected[kind.family] ?? 0) + 1
    run = at === lastAt + 1 ? run + 1 : 1
    lastAt = at
    longestRun = Math.max(longestRun, run)
    if (first.length < MAX_FIRST) first.push({ at, codepoint: formatCodepoint(found.codepoint) })
  }
  const settle = (to: number) => {
    for (const found of findInvisible(window, settled, to)) {
      codepoints += countCodepoints(window, settled, found.index)
      count(found, codepoints)
      codepoints++
      settled = found.index + found.length
    }
    if (settled >= to) return
    codepoints += countCodepoints(window, settled, to)
    settled = to
  }

  return {
    isPlain: () => window.length === settled || !/[^\0-\x7f]/.test(window.slice(settled)),
    skip(ascii) {
      codepoints += window.length - settled + ascii.length
      window = String.fromCharCode(...ascii.subarray(-MARGIN))
      settled = window.length
    },
    add(text) {
      window += text
      const to = Math.max(settled, wholeUnits(window, window.length - MARGIN))
      settle(to)
      const from = wholeUnits(window, settled - MARGIN)
      window = window.slice(from)
      settled -= from
    },
    finish(rest) {
      window += rest
      settle(window.length)
      return {
        codepoints,
        invisible,
        expected,
        families: [...families].sort(),
        ranges: [...ranges].sort(),
        unexpected,
        longestRun,
        first,
      }
    },
  }
}

/** The place itself, or the one before it where it would cut a surrogate pair. */
function wholeUnits(text: string, at: number): number {
  if (at <= 0) return 0
  return isLowSurrogate(text.charCodeAt(at)) ? at - 1 : at
}

function countCodepoints(text: string, from: number, to: number): number {
  let count = to - from
  for (let at = from; at < to; at++) if (isLowSurrogate(text.charCodeAt(at))) count--
  return count
}

const isLowSurrogate = (unit: number) => (unit & 0xfc00) === 0xdc00
