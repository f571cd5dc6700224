import { type DatasetDigest, type DigestDatasetOptions, digestDataset } from '../digest/index.ts'
import { datasetName } from '../names.ts'
import type { CompletenessReason } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import type { Trust } from '../trust/trust.ts'
import { firstRefutation, refuted, unmet } from './check.ts'
import { checkNewest } from './check-newest.ts'
import { type Candidate, chooseAttestation } from './choose-attestation.ts'
import { describeDifference, explainDifference } from './explain-difference.ts'
import { findAttestations, MAX_CANDIDATES } from './find-attestations.ts'
import { type Judgement, judge } from './judge.ts'
import { type AskedDataset, nameOfDataset } from './match-dataset.ts'
import type { Attestation } from './read-attestation.ts'
import { type Check, REPORT_SCHEMA, type Report } from './report.ts'
import { DEFAULT_SKEW_MS, type VerifyBundleOptions } from './verify-bundle.ts'
import { readHistory, type VersionHistory } from './version-history.ts'
import { type ChainLimits, walkInputs } from './walk-inputs.ts'

export interface VerifyDatasetOptions {
  readonly store: Store
  readonly trust: Trust
  /** The level that must be proven. Default 2. */
  readonly level?: 1 | 2 | 3 | undefined
  /** The dataset that is asked for, where its location does not name it: a catalog table, a copy. */
  readonly name?: string | undefined
  /** Accept these bytes under whatever name they were attested. */
  readonly insecureAnyName?: boolean | undefined
  /** The subject's sha256 that the caller knows, from elsewhere than the store, to be the newest. */
  readonly expectVersion?: string | undefined
  /** `attested` refuses origins that were only observed when they were read. Default `any`. */
  readonly origins?: 'any' | 'attested' | undefined
  /** Reasons of partial completeness that do not cap the level at L1. Default none. */
  readonly acceptReasons?: readonly CompletenessReason[] | undefined
  /** The moment of the verification. Default: now. */
  readonly at?: Date | undefined
  readonly skewMs?: number | undefined
  readonly latenessMs?: number | undefined
  readonly limits?: ChainLimits | undefined
  /** How the data is read: `as`, `strict`, `symlinks`, threads, progress, abort. */
  readonly digest?: DigestDatasetOptions | undefined
}

/**
 * Verifies one dataset against the attestations in `store`, trusting only `trust`.
 *
 * Reads every byte of the dataset once. Resolves to a report whatever the verdict; rejects with a
 * `MakotoError` only when something could not be checked at all (data unreadable, store unreachable).
 *
 * @see SPEC §3, L2.V.1–V.10
 */
export async function verifyDataset(dataset: string, options: VerifyDatasetOptions): Promise<Report> {
  const { store, level: required = 2, origins = 'any', skewMs = DEFAULT_SKEW_MS, limits = {} } = options
  const trust = trustOf(options)
  const asked = await readDataset(dataset, options)
  const { attestations, flooded } = await findAttestations(store, asked.found.sha256, trust)
  const names = [asked.name, ...namesOf(attestations)]
  const history = await readHistory(store, names, trust)
  const candidate = chooseAttestation(attestations, asked, history)
  const own = await questionCandidate(candidate, asked, { store, trust, history, flooded, options })
  const chain =
    candidate && firstRefutation(own.checks) === undefined
      ? await walkInputs(candidate.attestation, { store, trust, skewMs, limits })
      : { nodes: [], checks: [] }
  return report(judge(own.checks, chain, { required, origins }), { dataset, asked, own, required, at: trust.at })
}

function trustOf({ trust, at = new Date(), skewMs, latenessMs, acceptReasons }: VerifyDatasetOptions) {
  return {
    ...trust,
    at,
    ...(skewMs === undefined ? {} : { skewMs }),
    ...(latenessMs === undefined ? {} : { latenessMs }),
    ...(acceptReasons === undefined ? {} : { acceptReasons }),
  }
}

async function readDataset(dataset: string, options: VerifyDatasetOptions): Promise<AskedDataset> {
  const name = nameOfDataset(dataset, options.name)
  const found = await digestDataset(dataset, options.digest)
  return { name, found, insecureAnyName: options.insecureAnyName ?? false }
}

/** Names under which accepted attestations know these bytes: a table has two. */
function namesOf(attestations: readonly Attestation[]): string[] {
  return attestations.flatMap(({ report }) =>
    report.accepted ? (report.statement?.subject.map(({ name }) => name) ?? []) : [],
  )
}

interface OwnAnswers {
  readonly checks: readonly Check[]
  readonly newestKnown: Report['newestKnown']
  readonly files?: NonNullable<Report['failure']>['files']
}

interface Surroundings {
  readonly store: Store
  readonly trust: VerifyBundleOptions
  readonly history: VersionHistory
  readonly flooded: boolean
  readonly options: VerifyDatasetOptions
}

/** The answers about the dataset itself; where they contradict, also what changed since its newest version. */
async function questionCandidate(
  candidate: Candidate | undefined,
  asked: AskedDataset,
  { store, trust, history, flooded, options }: Surroundings,
): Promise<OwnAnswers> {
  const found = asked.found.sha256
  const { newestKnown, check } = checkNewest(candidate?.newest ?? { later: undefined, forks: [] }, {
    found,
    expectVersion: options.expectVersion,
    unread: history.unread,
  })
  const checks = candidate ? [...candidate.checks, check] : []
  if (candidate && firstRefutation(checks) === undefined) return { checks, newestKnown }
  const difference = await explainDifference(asked, { store, history, trust })
  const files = difference?.files ? { files: difference.files } : {}
  const compared = difference ? [refuted('files', 'data-altered', 'data', describeDifference(difference))] : []
  if (candidate) return { checks: [...(flooded ? [flood(found)] : []), ...checks, ...compared], newestKnown, ...files }
  return { checks: difference ? compared : [absence(asked.name, found)], newestKnown: 'unknown', ...files }
}

function flood(found: string): Check {
  const detail = `more than ${MAX_CANDIDATES} objects under ${found}, so a good one may not have been read`
  return refuted('attestation', 'too-many-attestations', 'attestation', detail)
}

function absence(name: string, found: string): Check {
  return unmet('attestation', 'attestation', `the store knows neither these bytes (${found}) nor ${name}`)
}

interface Told {
  readonly dataset: string
  readonly asked: AskedDataset
  readonly own: OwnAnswers
  readonly required: 1 | 2 | 3
  readonly at: Date
}

function report(judgement: Judgement, { dataset, asked, own, required, at }: Told): Report {
  const { name, found } = asked
  const failure = judgement.failure && {
    ...judgement.failure,
    ...(isAbsent(own.checks) ? { code: 'no-attestation' as const, message: own.checks[0]?.detail ?? '' } : {}),
    ...(own.files ? { files: own.files } : {}),
  }
  return {
    schema: REPORT_SCHEMA,
    verdict: failure ? 'NOT PROVEN' : 'PROVEN',
    level: judgement.level,
    required,
    ...(failure ? { failure } : {}),
    dataset: describeDataset(dataset, name, found),
    verifiedOn: at.toISOString(),
    newestKnown: own.newestKnown,
    observedOrigins: judgement.observedOrigins,
    requirements: judgement.requirements,
    checks: judgement.checks,
    chain: judgement.chain,
  }
}

const isAbsent = (checks: readonly Check[]) => checks.length === 1 && checks[0]?.id === 'attestation' && !checks[0].code

function describeDataset(dataset: string, name: string, found: DatasetDigest): Report['dataset'] {
  const uri = datasetName(dataset).slice('dataset:'.length)
  const { kind, sha256, files, bytes, leftOut } = found
  return { name, uri, kind, sha256, files: files.length, bytes: String(bytes), leftOut }
}
