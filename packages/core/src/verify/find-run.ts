import { equalBytes } from '../encoding.ts'
import type { PolicySubject, RunFacts, SignerFacts } from '../policy/index.ts'
import { type Statement, serializeStatement } from '../statement/index.ts'
import { isRunId } from '../store/layout.ts'
import { tellPlaceless } from './check-touched.ts'
import type { FindAttestationsResult } from './find-attestations.ts'
import type { RunBundle } from './run-bundle.ts'
import { factsOf, isSame } from './signer-facts.ts'
import type { ExaminedRun } from './verify-run.ts'

/** Where runs, and the attestations of a version, are read: each once. */
export interface RunSources {
  /** A run as this signer has stated it. */
  readonly examine: (runId: string, by: SignerFacts) => Promise<ExaminedRun>
  readonly find: (sha256: string) => Promise<FindAttestationsResult>
}

/**
 * The run that the statement names, if the same signer sealed it and it lists this very attestation. Who holds the key
 * can sign another one of the same version under the same invocation; what the run is proven to have read says nothing of that.
 * What others sign in the place of the run says nothing of it: their keys are trusted for something else.
 */
export async function findRun(subject: PolicySubject, { examine, find }: RunSources): Promise<RunFacts | undefined> {
  const runId = subject.invocation?.split('/', 1)[0]
  if (runId === undefined || !isRunId(runId) || subject.signer === undefined) return undefined
  const { report, signer, read, written, bundles } = await examine(runId, subject.signer)
  if (!isSame(subject.signer, factsOf(signer)) || !(await isListed(subject, bundles, find))) return undefined
  const { verdict, failure, completeness } = report
  const placeless = read.placeless === undefined ? [] : [tellPlaceless(read.placeless)]
  const reasons = [...(failure ? [failure.message] : []), ...completeness.reasons, ...placeless]
  return {
    complete: verdict === 'PROVEN' && completeness.extent === 'full' && placeless.length === 0,
    reason: reasons.join('; '),
    reads: read.names,
    writes: written,
  }
}

/** Listed and verified itself, or another signature over the very statement that is: a writer that is not sure signs again. */
async function isListed(
  { name, sha256, bundle }: PolicySubject,
  bundles: readonly RunBundle[],
  find: RunSources['find'],
): Promise<boolean> {
  const wrote = bundles.filter(({ wrote }) => wrote?.subject.name === name && wrote.sha256 === sha256)
  const listed = new Set(wrote.map(({ digest }) => digest))
  if (listed.size === 0 || listed.has(bundle)) return listed.size > 0
  const { attestations } = await find(sha256)
  const statementOf = (digest: string) =>
    attestations.find(({ report }) => report.accepted && report.sha256 === digest)?.report.statement
  const own = statementOf(bundle)
  return own !== undefined && [...listed].some((digest) => saysTheSame(statementOf(digest), own))
}

/** Stricter than the statements' identity, which names run and execution and not what was read. */
const saysTheSame = (a: Statement | undefined, b: Statement) =>
  a !== undefined && equalBytes(serializeStatement(a), serializeStatement(b))
