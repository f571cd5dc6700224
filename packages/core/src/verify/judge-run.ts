import type { Level } from '../trust/levels.ts'
import { firstRefutation, passed, plural, refuted, skipped, unmet } from './check.ts'
import type { RunChain } from './check-run-records.ts'
import { type Bounds, checkBounds, namesWritten } from './check-touched.ts'
import type { NamesRead } from './read-run-names.ts'
import type { RunObjects } from './read-run-records.ts'
import type { Check, FailureCode } from './report.ts'
import type { RunBundles, TouchedDatasets } from './run-bundle.ts'
import { checkCompleteness, checkRunStages, judgeCompleteness } from './run-completeness.ts'
import { RUN_REPORT_SCHEMA, type RunCompleteness, type RunReport } from './run-report.ts'

/** All that was found of a run. */
export interface RunFindings {
  readonly runId: string
  readonly objects: RunObjects
  readonly chain: RunChain
  readonly bundles: RunBundles
  readonly touched: TouchedDatasets
  readonly read: NamesRead
  readonly dbom: Check
}

export interface RunDemands extends Bounds {
  readonly level?: 1 | 2 | 3 | undefined
  readonly complete?: boolean | undefined
  readonly at: Date
}

/** Judges what was found of a run: one contradiction, and nothing is proven; what is missing is said and named. */
export function judgeRun(findings: RunFindings, demands: RunDemands): RunReport {
  const { runId, objects, chain, bundles, touched, read, dbom } = findings
  const { level: required = 2, at } = demands
  const stages = checkRunStages(findings)
  const completeness = judgeCompleteness(findings, stages)
  const written = namesWritten(touched, bundles)
  const bounds = checkBounds({ read, written }, { bounds: demands, completeness })
  const checks = [
    ...checkPresence(objects),
    ...listRecordChecks(chain),
    ...chain.checks,
    checkBundles(bundles, chain),
    ...bundles.checks,
    ...touched.checks,
    ...stages.map(({ check }) => check),
    dbom,
    ...checkCompleteness(completeness, demands),
    ...bounds.map(({ check }) => check),
  ]
  const level = firstRefutation(checks) ? 0 : levelOf(chain)
  const failure = firstFailure(checks, { chain, bundles, bounds, completeness, level, required, demands })
  return {
    schema: RUN_REPORT_SCHEMA,
    verdict: failure ? 'NOT PROVEN' : 'PROVEN',
    level,
    required,
    ...(failure ? { failure } : {}),
    run: describeRun(runId, chain),
    verifiedOn: at.toISOString(),
    records: chain.records.map(({ record: { sequence, kind }, bundle, path, report }) => ({
      sequence,
      kind,
      bundle,
      reference: path,
      time: report.times[0]?.time.toISOString() ?? null,
    })),
    bundles: {
      listed: chain.bundles.length,
      verified: bundles.found.length,
      missing: bundles.missing.length,
      root: chain.seal?.record.root ?? null,
    },
    stages: countStages(bundles),
    completeness,
    droppedEvents: chain.seal ? (chain.seal.record.droppedEvents ?? 0) : null,
    gaps: (chain.seal?.record.gaps ?? []).map(({ reason, count = 1, executionId }) => ({
      reason,
      count,
      ...(executionId === undefined ? {} : { executionId }),
    })),
    reads: [...touched.reads],
    writes: [...touched.writes],
    unresolved: [...touched.unresolved],
    checks,
  }
}

function checkPresence({ records, refused, flooded }: RunObjects): Check[] {
  const [stranger] = refused
  const flood = flooded ? [refuted('attestation', 'too-many-attestations', 'run', 'more objects than are read')] : []
  if (records.length > 0) return flood
  if (stranger === undefined) return [...flood, unmet('attestation', 'run', 'the store has nothing of this run')]
  const fault = stranger.report.checks.find(({ code }) => code !== undefined)
  return [...flood, refuted('attestation', fault?.code ?? 'run-invalid', 'run', `${stranger.path}: ${stranger.fault}`)]
}

/**
 * Signature and signer as the start has them, the time as the last record has it: later ones name earlier ones by
 * digest. What an earlier one says of its own time is held to the time that it has.
 */
function listRecordChecks({ records }: RunChain): Check[] {
  const ids = (checks: readonly Check[], wanted: readonly string[]) => checks.filter(({ id }) => wanted.includes(id))
  return [
    ...ids(records[0]?.report.checks ?? [], ['signature', 'key', 'identity']),
    ...records
      .slice(0, -1)
      .filter(isMistimed)
      .flatMap(({ report }) => ids(report.checks, ['times'])),
    ...ids(records.at(-1)?.report.checks ?? [], ['timestamp', 'times']),
  ]
}

/** It has a verified time, and states another. */
const isMistimed = ({ report: { times, checks } }: RunChain['records'][number]) =>
  times.length > 0 && checks.some(({ id, status }) => id === 'times' && status !== 'pass')

function checkBundles({ found, missing }: RunBundles, { bundles, seal }: RunChain): Check {
  const [first] = missing
  if (first === undefined)
    return passed('bundles', 'bundles', `${plural(found.length, 'bundle')}, all there and verified`)
  const detail = `${missing.length} of ${bundles.length} could not be found, first ${first}`
  return seal
    ? unmet('bundles', 'bundles', detail)
    : skipped('bundles', 'bundles', `${detail}: without a seal nothing says where they lie`)
}

const NEEDED = ['signature', 'key', 'identity'] as const

/**
 * Every record is signed by whom it names; the last one's timestamp holds for all, because each names the one
 * before it by digest.
 */
function levelOf({ records }: RunChain): Level {
  const passes = (checks: readonly Check[], id: string) =>
    checks.some((check) => check.id === id && check.status === 'pass')
  const last = records.at(-1)
  if (last === undefined) return 0
  const signed = records.every(({ report }) => NEEDED.every((id) => passes(report.checks, id)))
  const timed = !records.some(isMistimed)
  return signed && timed && passes(last.report.checks, 'timestamp') && passes(last.report.checks, 'times') ? 2 : 1
}

interface Judged {
  readonly chain: RunChain
  readonly bundles: RunBundles
  readonly bounds: readonly { readonly check: Check; readonly code: FailureCode | undefined }[]
  readonly completeness: RunCompleteness
  readonly level: Level
  readonly required: 1 | 2 | 3
  readonly demands: RunDemands
}

function firstFailure(checks: readonly Check[], judged: Judged): RunReport['failure'] {
  const { chain, bundles, bounds, completeness, level, required, demands } = judged
  const refutation = firstRefutation(checks)
  if (refutation) return { code: refutation.code, message: describe(refutation) }
  const failed = (id: string) => checks.find((check) => check.id === id && check.status === 'fail')
  const absent = failed('attestation')
  if (absent) return { code: 'no-attestation', message: describe(absent) }
  const outside = bounds.find(({ code }) => code === 'run-outside')
  if (outside) return { code: 'run-outside', message: describe(outside.check) }
  if (chain.seal === undefined) return { code: 'run-unfinished', message: 'seal: the run has none' }
  if (bundles.missing.length > 0)
    return { code: 'run-incomplete', message: `${bundles.missing.length} bundles are not in the store` }
  if (level < required) {
    const doubt = listRecordChecks(chain).find(({ status }) => status !== 'pass')
    return {
      code: 'level-not-met',
      message: `L${level} is proven, L${required} is required${doubt ? `: ${describe(doubt)}` : ''}`,
    }
  }
  const open = bounds.find(({ code }) => code === 'run-incomplete')
  if ((demands.complete === true || open) && completeness.extent === 'partial')
    return { code: 'run-incomplete', message: `the run is not known in full: ${completeness.reasons.join(', ')}` }
  if (open) return { code: 'run-incomplete', message: describe(open.check) }
  return undefined
}

const describe = ({ title, detail }: Check) => `${title}: ${detail}`

function describeRun(id: string, { records: [start], seal }: RunChain): RunReport['run'] {
  const opening = start?.record.kind === 'start' ? start.record : undefined
  return {
    id,
    applicationId: opening?.applicationId ?? null,
    applicationName: opening?.applicationName ?? null,
    signer: start?.report.signer?.id ?? null,
    startedOn: opening?.time ?? null,
    sealedOn: seal?.record.time ?? null,
    outcome: seal?.record.outcome ?? 'unfinished',
  }
}

function countStages({ found }: RunBundles): RunReport['stages'] {
  const objects = found.filter(({ kind }) => kind === 'stages')
  const sum = (count: (bundle: (typeof objects)[number]) => number) =>
    objects.reduce((total, bundle) => total + count(bundle), 0)
  return {
    objects: objects.length,
    lines: sum(({ stages }) => stages.lines),
    failed: sum(({ stages }) => stages.failed),
  }
}
