import type { PreviousWindow } from '../statement/index.ts'
import { passed, plural, refuted, unmet } from './check.ts'
import type { Check } from './report.ts'
import type { StreamWindow } from './stream-windows.ts'

/**
 * Whether windows are one chain: each names the one before it by id and root, back to the first, or to an
 * `anchor` that the caller knows. What contradicts is refuted, what is missing is a gap.
 *
 * @see L2.P.10, SPEC D8
 */
export function checkWindows(
  windows: readonly StreamWindow[],
  { anchor, skewMs }: { readonly anchor?: PreviousWindow | undefined; readonly skewMs: number },
): { checks: Check[]; ordered: StreamWindow[] } {
  const byId = new Map(windows.map((window) => [window.id, window]))
  const contradictions = [
    ...findForks(windows),
    ...windows.flatMap((window) => compareWithPrevious(window, byId, skewMs)),
  ]
  const gaps = [...findGaps(windows, byId, anchor), ...checkAnchor(windows, byId, anchor)]
  const ordered = orderWindows(windows, byId)
  const lost = windows.length - ordered.length
  if (lost > 0 && gaps.length === 0 && contradictions.length === 0)
    contradictions.push(
      refuted('windows', 'window-order', 'windows', `${plural(lost, 'window')} follow one another in a circle`),
    )
  const detail = `${plural(windows.length, 'window')}, each naming the one before it`
  const holds = contradictions.length === 0 && gaps.length === 0 ? [passed('windows', 'windows', detail)] : []
  return { checks: [...contradictions, ...gaps, ...holds], ordered }
}

/** Two windows of one id, or two that follow the same one: somebody was shown another stream. */
function findForks(windows: readonly StreamWindow[]): Check[] {
  const twice = (key: (window: StreamWindow) => string | undefined, what: string) => {
    const seen = new Map<string, StreamWindow>()
    return windows.flatMap((window) => {
      const value = key(window)
      const other = value === undefined ? undefined : seen.get(value)
      if (value !== undefined) seen.set(value, window)
      return other
        ? [refuted('windows', 'window-fork', 'windows', `${window.id} and ${other.id} ${what} ${value}`)]
        : []
    })
  }
  const sameId = twice(({ id }) => id, 'are two windows of one name:')
  return sameId.length > 0 ? sameId : twice(({ previous }) => previous?.windowId, 'both follow')
}

function compareWithPrevious(window: StreamWindow, byId: ReadonlyMap<string, StreamWindow>, skewMs: number): Check[] {
  const before = window.previous && byId.get(window.previous.windowId)
  if (before === undefined) return []
  const title = `window ${window.id}`
  const { merkleRoot } = window.previous ?? {}
  if (merkleRoot !== undefined && merkleRoot !== before.root)
    return [refuted('windows', 'window-mismatch', title, `names ${before.id} with another root than it has`)]
  const fault = faultOfOrder(window, before, skewMs)
  if (fault !== undefined) return [refuted('windows', 'window-order', title, fault)]
  return merkleRoot === undefined ? [unmet('windows', title, `does not say which root ${before.id} has`)] : []
}

function faultOfOrder(window: StreamWindow, before: StreamWindow, skewMs: number): string | undefined {
  if (isEarlier(window.start, before.start)) return `begins before ${before.id}, which it follows`
  if (window.type === 'tumbling' && isEarlier(window.start, before.end))
    return `overlaps ${before.id}, though both are tumbling`
  if (isEarlier(window.time && window.time.getTime() + skewMs, before.time?.getTime()))
    return `was attested before ${before.id}, which it follows`
  const { chainLength: length } = window
  if (length !== undefined && before.chainLength !== undefined && length !== before.chainLength + 1)
    return `is number ${length} of its chain, ${before.id} number ${before.chainLength}`
  if (window.genesis !== undefined && before.genesis !== undefined && window.genesis !== before.genesis)
    return `goes back to ${window.genesis}, ${before.id} to ${before.genesis}`
  return undefined
}

const isEarlier = (a: number | undefined, b: number | undefined) => a !== undefined && b !== undefined && a < b

function findGaps(
  windows: readonly StreamWindow[],
  byId: ReadonlyMap<string, StreamWindow>,
  anchor: PreviousWindow | undefined,
): Check[] {
  const gap = (detail: string) => unmet('windows', 'windows', detail)
  const open = windows.filter(
    ({ previous }) => previous && !byId.has(previous.windowId) && previous.windowId !== anchor?.windowId,
  )
  const first = windows.filter(({ previous }) => previous === undefined)
  const absent = anchor !== undefined && !byId.has(anchor.windowId)
  const lost = absent && first.length > 0 && windows.some(({ previous }) => previous?.windowId === anchor.windowId)
  return [
    ...(lost ? [gap(`${anchor.windowId} is not in this store, and windows before it are`)] : []),
    ...open.map(({ id, previous }) => gap(`${previous?.windowId}, which ${id} follows, is not in this store`)),
    ...first.slice(1).map(({ id }) => gap(`${id} follows none, nor does ${first[0]?.id}`)),
    ...first.flatMap(({ id, genesis }) =>
      genesis === undefined || genesis === id
        ? []
        : [gap(`${id} follows none, and says that ${genesis} was the first`)],
    ),
  ]
}

/** What the caller knows of the stream's past must be there, or be what the oldest window follows, with the root that he knows. */
function checkAnchor(
  windows: readonly StreamWindow[],
  byId: ReadonlyMap<string, StreamWindow>,
  anchor: PreviousWindow | undefined,
): Check[] {
  if (anchor === undefined) return []
  const { windowId, merkleRoot } = anchor
  const own = byId.get(windowId)
  const after = windows.find(({ previous }) => previous?.windowId === windowId)
  if (own === undefined && after === undefined)
    return [unmet('windows', 'windows', `nothing in this store leads back to ${windowId}, which you know`)]
  if (merkleRoot === undefined) return []
  const known = [own?.root, after?.previous?.merkleRoot].filter((root) => root !== undefined)
  if (known.some((root) => root !== merkleRoot))
    return [refuted('windows', 'window-mismatch', 'windows', `${windowId} has another root than you know`)]
  return known.length > 0 ? [] : [unmet('windows', 'windows', `nothing in this store says which root ${windowId} has`)]
}

/** Oldest first: what begins a chain, then what follows it; each once, however they fork. */
function orderWindows(windows: readonly StreamWindow[], byId: ReadonlyMap<string, StreamWindow>): StreamWindow[] {
  const next = new Map<string, StreamWindow[]>()
  for (const window of windows)
    if (window.previous) next.set(window.previous.windowId, [...(next.get(window.previous.windowId) ?? []), window])
  const ordered = new Set(windows.filter(({ previous }) => previous === undefined || !byId.has(previous.windowId)))
  // A set hands out what is added while it is walked.
  for (const { id } of ordered) for (const window of next.get(id) ?? []) ordered.add(window)
  return [...ordered]
}
