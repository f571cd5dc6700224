import { MakotoError } from '../errors.ts'
import type { Policy, SignerFacts } from '../policy/index.ts'
import { isRunId } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import type { Trust, VerifiedSigner } from '../trust/trust.ts'
import { checkDemands } from './check-demands.ts'
import { checkRunDbom } from './check-run-dbom.ts'
import { checkRunRecords } from './check-run-records.ts'
import { type Bounds, checkTouched, namesWritten } from './check-touched.ts'
import { judgeRun } from './judge-run.ts'
import { readRunBundles } from './read-run-bundles.ts'
import { type NamesRead, readRunNames } from './read-run-names.ts'
import { readRunRecords } from './read-run-records.ts'
import type { RunBundle, RunBundles } from './run-bundle.ts'
import type { RunReport } from './run-report.ts'
import { DEFAULT_SKEW_MS } from './verify-bundle.ts'

export interface VerifyRunOptions extends Bounds {
  readonly store: Store
  readonly trust: Trust
  /** The level that the run's own records must prove. Default 2. */
  readonly level?: 1 | 2 | 3 | undefined
  /** Fail unless the run's statements are all that there is to say of it. */
  readonly complete?: boolean | undefined
  /** The moment of the verification. Default: now. */
  readonly at?: Date | undefined
  readonly skewMs?: number | undefined
}

/**
 * Verifies a run by what it left in `store`, trusting only `trust`: its records are one numbered line by one signer,
 * its seal covers every bundle, each of which is there and verifies, and what the seal says was read and written
 * is what they say. With `reads` or `writes`, that it touched nothing outside these names.
 *
 * Resolves to a report whatever the verdict. @see FORMATS §3 A run
 */
export async function verifyRun(runId: string, options: VerifyRunOptions): Promise<RunReport> {
  checkDemands(options)
  return (await examineRun(runId, options, { bounded: options.reads !== undefined })).report
}

/** The report, with what a policy asks beside it. */
export interface ExaminedRun {
  readonly report: RunReport
  readonly signer: VerifiedSigner | undefined
  /** Every name of what was read. */
  readonly read: NamesRead
  /** Every name of what was written. */
  readonly written: readonly string[]
  /** What the run lists, as far as it is there and verified. */
  readonly bundles: readonly RunBundle[]
}

/** What is asked of a run beside what its caller demands. */
interface Examination {
  /** Whether anybody asks by which other names something was read: it takes reading its attestation. */
  readonly bounded?: boolean
  /** Who may say where something that it read lies. Default: everybody whom the caller trusts. */
  readonly policy?: Policy
  /** Whose run it is, where that is known. Default: whoever of those whom the caller trusts has signed it. */
  readonly by?: SignerFacts
}

export async function examineRun(
  runId: string,
  options: VerifyRunOptions,
  { bounded = true, policy, by }: Examination = {},
): Promise<ExaminedRun> {
  const { store, at = new Date(), skewMs = DEFAULT_SKEW_MS } = options
  const trust = { ...options.trust, at, skewMs }
  if (!isRunId(runId)) throw new MakotoError('options-invalid', `${JSON.stringify(runId)} is no id of a run.`)
  const objects = await readRunRecords(store, runId, trust, by)
  const chain = checkRunRecords(objects, skewMs)
  const [start] = chain.records
  const subjects = [...(chain.seal?.record.reads ?? []), ...(chain.seal?.record.writes ?? [])]
  const bundles: RunBundles =
    start === undefined
      ? { found: [], missing: chain.bundles, checks: [] }
      : await readRunBundles(chain.bundles, {
          store,
          runId,
          start,
          trust,
          stages: objects.stages,
          subjects: subjects.flatMap(({ digest }) => digest?.sha256 ?? []),
        })
  const touched = checkTouched(chain.seal?.record, bundles)
  const read = bounded
    ? await readRunNames(touched, bundles, { store, trust, policy })
    : { names: [], placeless: undefined }
  const dbom = await checkRunDbom(store, chain, { found: bundles.found, trust, runId })
  return {
    report: judgeRun({ runId, objects, chain, bundles, touched, read, dbom }, { ...options, at }),
    signer: start?.report.signer,
    read,
    written: namesWritten(touched, bundles),
    bundles: bundles.found,
  }
}
