import type { SignerFacts } from '../policy/index.ts'
import { digestFacts, identityOf, PREDICATE, type RunRecord } from '../statement/index.ts'
import { readRunRecordPath, readStagesPath, runPrefix } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { readAttestationAt } from './read-attestation.ts'
import { factsOf, isSame } from './signer-facts.ts'
import type { BundleReport, VerifyBundleOptions } from './verify-bundle.ts'

/** A numbered record whose bundle verified and that says what its place says. */
export interface NumberedRecord {
  readonly record: RunRecord
  readonly bundle: string
  readonly path: string
  readonly subject: string
  readonly actor: string
  readonly report: BundleReport
}

export interface RunObjects {
  /** In the order of their numbers; of one number there may be several. */
  readonly records: readonly NumberedRecord[]
  /** Objects that look like records and are refused, by number. */
  readonly refused: readonly {
    readonly sequence: number
    readonly path: string
    readonly report: BundleReport
    readonly fault: string
  }[]
  /** Paths of stage lines. */
  readonly stages: readonly string[]
  /** There were more objects than anybody needs; the rest was not looked at. */
  readonly flooded: boolean
}

const MAX_RECORDS = 10_000
const MAX_STAGE_OBJECTS = 100_000

/**
 * What lies in a run's place, each record verified by itself. Who can write to the store can put anything there:
 * what is refused is kept apart and takes nothing away.
 *
 * @param by whose run it is, where that is known: what others sign in its place is not of it
 * @see FORMATS §3, §4
 */
export async function readRunRecords(
  store: Store,
  runId: string,
  options: VerifyBundleOptions,
  by?: SignerFacts,
): Promise<RunObjects> {
  const { places, stages, flooded } = await listRun(store, runId)
  const read = await mapBounded(places, STORE_READS, async ({ path, sequence, bundle }) => {
    const attestation = await readAttestationAt(store, { path, bundle, form: 'sigstore' }, options)
    if (attestation === undefined) return undefined
    const { report } = attestation
    const record = readNumbered(report, { runId, sequence, path })
    return typeof record === 'string' ? { sequence, path, report, fault: record } : record
  })
  const found = read.filter((entry) => entry !== undefined)
  const numbered = found
    .filter((entry) => 'record' in entry)
    .filter(({ report }) => by === undefined || isSame(by, factsOf(report.signer)))
  // Anybody can write what nobody signed: it says nothing against what somebody did.
  const signed = numbered.filter(({ report }) => report.signer !== undefined)
  const records = signed.length > 0 ? signed : numbered
  return {
    records: records.sort((a, b) => a.record.sequence - b.record.sequence),
    refused: found.filter((entry) => 'fault' in entry),
    stages,
    flooded,
  }
}

async function listRun(store: Store, runId: string) {
  const places: { path: string; sequence: number; bundle: string }[] = []
  const stages: string[] = []
  for await (const { path } of store.list(runPrefix(runId))) {
    const place = readRunRecordPath(path)
    if (place !== undefined) places.push({ path, ...place })
    else if (readStagesPath(path) !== undefined) stages.push(path)
    if (places.length > MAX_RECORDS || stages.length > MAX_STAGE_OBJECTS) return { places, stages, flooded: true }
  }
  return { places, stages, flooded: false }
}

/** The record, or what is wrong with it. */
function readNumbered(
  report: BundleReport,
  { runId, sequence, path }: { runId: string; sequence: number; path: string },
): NumberedRecord | string {
  const { accepted, statement, known, sha256: bundle } = report
  if (!accepted || statement === undefined)
    return report.checks.find(({ code }) => code !== undefined)?.detail ?? 'refused'
  if (known?.kind !== 'run') return 'it is no record of a run'
  const { run, executor } = known.predicate
  const [subject, ...more] = statement.subject
  const name = `run:${runId}`
  if (subject?.name !== name || more.length > 0 || subject.annotations?.kind !== 'run')
    return `its subject is not ${name}`
  if (run.runId !== runId) return 'it is of another run'
  if (run.sequence !== sequence) return `it is number ${run.sequence}`
  const sha256 = digestFacts(run)
  if (subject.digest.sha256 !== sha256) return 'its digest is not that of what it says of the run'
  const identity = identityOf({ predicateType: PREDICATE.run, name, sha256, run: runId, version: String(sequence) })
  if (subject.annotations.identity !== identity) return 'its identity is not that of this record'
  return { record: run, bundle, path, subject: sha256, actor: executor.id, report }
}
