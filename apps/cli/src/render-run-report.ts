import type { RunReport } from '@makoto/core'
import { countOf, renderChecks, shortenDigests } from './render-report.ts'
import type { Span } from './terminal.ts'

type Line = readonly Span[]

const MAX_NAMES = 20

/** A run for people: a line for each check, the verdict, what the run read and wrote. */
export function renderRunReport(report: RunReport): Line[] {
  return [...renderChecks(report.checks), [], renderVerdict(report), ...renderBasis(report)]
}

function renderVerdict({ verdict, level, required, failure, run }: RunReport): Line {
  if (verdict === 'PROVEN') return [{ text: `PROVEN L${level}`, style: 'good' }, `  run:${run.id}`]
  const proven = level === 0 ? 'nothing proven' : `L${level} proven`
  const because = failure === undefined ? '' : `, because ${shortenDigests(failure.message)}`
  return [{ text: 'NOT PROVEN', style: 'bad' }, `: L${required} required, ${proven}${because}`]
}

function renderBasis({ run, completeness, bundles, stages, droppedEvents, gaps, ...touched }: RunReport): Line[] {
  const reasons = completeness.reasons.length === 0 ? '' : `: ${completeness.reasons.join(', ')}`
  const lost = gaps.map(({ reason, count }) => `${reason} ${count}`).join(', ')
  return [
    [`  outcome: ${run.outcome}${run.sealedOn === null ? '' : `, sealed ${run.sealedOn}`}`],
    [`  completeness: ${completeness.extent}${reasons}`],
    [`  bundles: ${bundles.verified} of ${bundles.listed} verified, ${countOf(stages.lines, 'stage')}`],
    [`  dropped events: ${droppedEvents ?? 'not stated'}, gaps: ${lost || 'none'}`],
    ...renderNames('read', touched.reads),
    ...renderNames('read, without a digest', touched.unresolved),
    ...renderNames('wrote', touched.writes),
  ]
}

function renderNames(what: string, entries: readonly { readonly name: string }[]): Line[] {
  const names = [...new Set(entries.map(({ name }) => name))]
  const more = names.length > MAX_NAMES ? [`  and ${names.length - MAX_NAMES} more`] : []
  return [...names.slice(0, MAX_NAMES).map((name) => `  ${what}: ${name}`), ...more].map((line) => [line])
}
