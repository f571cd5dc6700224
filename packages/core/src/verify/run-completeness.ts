import { passed, skipped, unmet } from './check.ts'
import type { RunChain } from './check-run-records.ts'
import type { Check } from './report.ts'
import type { RunBundles } from './run-bundle.ts'
import type { RunCompleteness } from './run-report.ts'
import { findLostParent, findUnlisted } from './run-stages.ts'

interface Known {
  readonly chain: RunChain
  readonly bundles: RunBundles
}

function configurationOf({ records: [start] }: RunChain) {
  return start?.record.kind === 'start' ? start.record.configuration : undefined
}

interface StagesDoubt {
  readonly check: Check
  /** Why the run is not complete. */
  readonly reason: string
}

/** What the stages of a run name and the run does not hold: who knows what these have read? */
export function checkRunStages({ chain, bundles: { found } }: Known): StagesDoubt[] {
  const unlisted = findUnlisted(found, chain.bundles)
  // With `io`, a stage that read and wrote nothing outside has no line.
  const parent = configurationOf(chain)?.stages === 'all' ? findLostParent(found) : undefined
  const doubt = (reason: string, detail: string) => ({ reason, check: skipped('stages', 'stages', detail) })
  return [
    ...(unlisted === undefined ? [] : [doubt('stages-not-listed', `the run does not list ${unlisted}`)]),
    ...(parent === undefined ? [] : [doubt('parent-stage-missing', `no line of the run states ${parent}`)]),
  ]
}

/** Whether the run's statements are all that there is to say of it, and if not, why. @see docs/spec/predicates.md Run */
export function judgeCompleteness({ chain, bundles }: Known, stages: readonly StagesDoubt[]): RunCompleteness {
  const { seal } = chain
  const configuration = configurationOf(chain)
  const reasons = new Set([
    ...(seal === undefined
      ? ['no-seal']
      : seal.record.outcome === 'succeeded'
        ? []
        : [`outcome-${seal.record.outcome}`]),
    ...(seal && seal.record.droppedEvents === undefined ? ['dropped-events-not-stated'] : []),
    ...((seal?.record.droppedEvents ?? 0) > 0 ? ['events-dropped'] : []),
    ...(seal && seal.record.gaps === undefined ? ['gaps-not-stated'] : []),
    ...(seal?.record.gaps ?? []).map(({ reason }) => reason),
    ...(seal && (seal.record.reads === undefined || seal.record.writes === undefined) ? ['reads-not-stated'] : []),
    ...(bundles.missing.length > 0 ? ['bundles-missing'] : []),
    // Jobs outside SQL state only their stages, so without these nobody knows what they touched.
    ...(configuration?.stages === 'all' || configuration?.stages === 'io' ? [] : ['stages-not-stated']),
    ...stages.map(({ reason }) => reason),
    ...bundles.found.flatMap((bundle) => bundle.reasons),
  ])
  return { extent: reasons.size === 0 ? 'full' : 'partial', reasons: [...reasons].sort() }
}

/** Asked for, a partial run is a failure; else it is only said. */
export function checkCompleteness(
  { extent, reasons }: RunCompleteness,
  { complete = false }: { readonly complete?: boolean | undefined },
): Check[] {
  if (extent === 'full') return [passed('completeness', 'completeness', 'nothing dropped, nothing missing')]
  const detail = `partial: ${reasons.join(', ')}`
  return [complete ? unmet('completeness', 'completeness', detail) : skipped('completeness', 'completeness', detail)]
}
