import { rememberAnswers } from './answer-memory.ts'
import { firstRefutation, skipped, unmet } from './check.ts'
import { checkWindows } from './check-windows.ts'
import { groupBy } from './group-by.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import { readStreamWindows, type StreamWindow, type StreamWindows, streamName } from './stream-windows.ts'
import type { WalkOptions } from './walk-options.ts'

/** Answers for one verification; the windows of a stream are read once. */
export type StreamCheck = (attestation: Attestation) => Promise<Check | undefined>

/**
 * Whether a window that data was made from chains back to the first of its stream. A gap is what L2.P.10 asks not
 * to have; two windows in one place contradict.
 *
 * @see L2.P.10
 */
export function openStreamCheck({ store, trust, policy, skewMs }: WalkOptions): StreamCheck {
  const readWindows = rememberAnswers((stream: string) => readStreamWindows(store, stream, trust, policy))
  return async ({ report }) => {
    if (!report.accepted || report.known?.kind !== 'streamWindow') return undefined
    return judgeWindow(report.sha256, await readWindows(streamName(report.known.predicate.stream.id)), skewMs)
  }
}

function judgeWindow(bundle: string, { windows, unread }: StreamWindows, skewMs: number): Check {
  const window = windows.find(({ twins }) => twins.includes(bundle))
  if (window === undefined) return skipped('windows', 'windows', 'no pointer of its stream leads to this window')
  const past = pastOf(window, windows)
  const { checks } = checkWindows(past, { skewMs })
  const [first = skipped('windows', 'windows', 'nothing to compare')] = checks
  const doubt = firstRefutation(checks) ?? checks.find(({ status }) => status !== 'pass') ?? first
  const title = `windows before ${window.id}`
  if (unread > 0 && doubt.code === undefined) return unmet('windows', title, `${unread} pointers were not read`)
  return { ...doubt, title }
}

/** The windows before this one, with every other that claims the place of one of them. */
function pastOf(window: StreamWindow, windows: readonly StreamWindow[]): StreamWindow[] {
  const byId = groupBy(windows, ({ id }) => id)
  const followers = groupBy(windows, ({ previous }) => previous?.windowId)
  const past = new Set<StreamWindow>()
  const waiting = [...(byId.get(window.id) ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (past.has(next)) continue
    past.add(next)
    if (next.previous === undefined) continue
    for (const rival of followers.get(next.previous.windowId) ?? []) past.add(rival)
    for (const before of byId.get(next.previous.windowId) ?? []) waiting.push(before)
  }
  return [...past]
}
