import type { StreamReport } from '@makoto/core'
import { countOf, renderChecks, shortenDigests } from './render-report.ts'
import type { Span } from './terminal.ts'

type Line = readonly Span[]

/** A stream for people: a line for each check, the verdict, from where to where its windows reach. */
export function renderStreamReport(report: StreamReport): Line[] {
  return [...renderChecks(report.checks), [], renderVerdict(report), ...renderExtent(report)]
}

function renderVerdict({ verdict, level, required, failure, stream }: StreamReport): Line {
  if (verdict === 'PROVEN') return [{ text: `PROVEN L${level}`, style: 'good' }, `  ${stream}`]
  const proven = level === 0 ? 'nothing proven' : `L${level} proven`
  const reason = failure?.message.replace(/^L\d is proven, L\d is required: /, '') ?? ''
  return [{ text: 'NOT PROVEN', style: 'bad' }, `: L${required} required, ${proven}, because ${shortenDigests(reason)}`]
}

function renderExtent({ windows, anchor }: StreamReport): Line[] {
  const [oldest] = windows
  const newest = windows.at(-1)
  if (oldest === undefined || newest === undefined) return []
  const reaches = oldest === newest ? oldest.id : `${oldest.id} to ${newest.id}`
  return [
    [`  windows: ${countOf(windows.length, 'window')}, ${reaches}`],
    [`  covers: ${oldest.start ?? 'not stated'} to ${newest.end ?? 'not stated'}`],
    [`  begins: ${oldest.previous === null ? 'with the first' : `after ${oldest.previous}`}`],
    ...(anchor ? [[`  anchor: ${anchor.windowId}`]] : []),
    [`  newest root: ${newest.merkleRoot}`],
    ['  newest known: unknown'],
  ]
}
