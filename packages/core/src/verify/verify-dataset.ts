import { type DatasetDigest, type DigestDatasetOptions, digestDataset } from '../digest/index.ts'
import { datasetName } from '../names.ts'
import { acceptedReasons, type Policy, requiredLevel } from '../policy/index.ts'
import type { RenderingPattern } from '../rendering/index.ts'
import type { CompletenessReason } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import { askMore } from '../trust/thresholds.ts'
import type { Trust } from '../trust/trust.ts'
import { applyPolicy, checkPolicy, describeDecision, type PolicyScope } from './apply-policy.ts'
import type { Chain } from './chain.ts'
import type { ChainLimits } from './chain-limits.ts'
import { chainLevels } from './chain-report.ts'
import { firstRefutation, refuted, unmet } from './check.ts'
import { checkDemands } from './check-demands.ts'
import { rememberVersion } from './check-memory.ts'
import { checkRendering, findRendering, type RenderingMode, type RenderingRules } from './check-rendering.ts'
import { checkUnlisted, describeUnlisted } from './check-unlisted.ts'
import { type Candidate, type Contender, chooseAttestation, findContenders } from './choose-attestation.ts'
import { nameOfDataset, namesOfSubject } from './dataset-names.ts'
import { describeDifference, explainDifference } from './explain-difference.ts'
import { findAttestations, MAX_CANDIDATES } from './find-attestations.ts'
import { hearEntitled, isEntitled } from './hear-entitled.ts'
import { judge } from './judge.ts'
import type { AskedDataset } from './match-dataset.ts'
import { questionVersion } from './question-version.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check, Report } from './report.ts'
import { type OwnAnswers, type PolicyAnswered, tellReport } from './tell-report.ts'
import { DEFAULT_SKEW_MS, type VerifyBundleOptions } from './verify-bundle.ts'
import { readHistory, type VersionHistory, versionOf } from './version-history.ts'
import type { VersionMemory } from './version-memory.ts'
import { walkInputs } from './walk-inputs.ts'

export interface VerifyDatasetOptions {
  readonly store: Store
  readonly trust: Trust
  /** Asked of the whole chain; its trust is not taken from here but from `trust`. Default: none. */
  readonly policy?: Policy | undefined
  /** The level that must be proven. Default: what the policy asks for this dataset, else 2. */
  readonly level?: 1 | 2 | 3 | undefined
  /** The dataset that is asked for, where its location does not name it: a catalog table, a copy. */
  readonly name?: string | undefined
  /** Accept these bytes under whatever name they were attested. */
  readonly insecureAnyName?: boolean | undefined
  /** Accept files beside the log of a streaming sink that it does not list: whoever reads without the log reads them. */
  readonly insecureUnlisted?: boolean | undefined
  /** The subject's sha256 that the caller knows, from elsewhere than the store, to be the newest. */
  readonly expectVersion?: string | undefined
  /** The greatest age, in ms, that the earlier of the stated and the earliest verified time may have. Default: any. */
  readonly maxAgeMs?: number | undefined
  /** What this verifier saw proven before: a version that does not come after it is refused. Default: none. */
  readonly memory?: VersionMemory | undefined
  /** What to do about text with characters that nobody sees. Default `warn`. @see SPEC §4 D9 */
  readonly rendering?: RenderingMode | undefined
  /** What of them is accepted, by name. */
  readonly renderingAllow?: readonly RenderingPattern[] | undefined
  /** `attested` refuses origins that were only observed when they were read. Default `any`. */
  readonly origins?: 'any' | 'attested' | undefined
  /** Reasons of partial completeness that do not cap the level at L1. Default none. */
  readonly acceptReasons?: readonly CompletenessReason[] | undefined
  /**
   * How many different authorities have to vouch for the time of each attestation, and how many logs hold it, where that is
   * more than `trust` asks for.
   */
  readonly timestampThreshold?: number | undefined
  readonly logThreshold?: number | undefined
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
  checkDemands(options)
  const { store, policy, origins = 'any', skewMs = DEFAULT_SKEW_MS, limits = {} } = options
  const trust = trustOf(options)
  const asked = await readDataset(dataset, options)
  const required = options.level ?? (policy && requiredLevel(policy, asked.name)) ?? 2
  const { attestations, flooded } = await findAttestations(store, asked.found.sha256, trust)
  const names = [asked.name, ...namesOf(attestations)]
  const contenders = findContenders(attestations, asked, policy)
  const history = hearFor(contenders, await readHistory(store, names, trust), policy)
  const candidate = chooseAttestation(contenders, history)
  const own = await questionCandidate(candidate, asked, { store, trust, history, flooded, options })
  const chain =
    candidate && firstRefutation(own.checks) === undefined
      ? await walkInputs(candidate.attestation, { store, trust, policy, skewMs, limits })
      : { nodes: [], checks: [] }
  const rendering = renderingRules(options)
  const { found } = asked
  const decision = policy && (await decideChain(chain, found, { policy, store, trust, rendering }))
  const judgement = judge(own.checks, chain, {
    required,
    origins,
    rendering: rendering.mode,
    decision: decision?.check,
  })
  const described = describeDataset(dataset, asked)
  const told = { dataset: described, rendering: found.rendering, own, decision, required, at: trust.at }
  const report = tellReport(judgement, told)
  await rememberProven(report, candidate?.attestation, options.memory)
  return report
}

/** Whom to hear matters of the other versions: what speaks for these bytes is judged by the rules. */
function hearFor(contenders: readonly Contender[], history: VersionHistory, policy: Policy | undefined) {
  const attestations = contenders.map(({ attestation }) => attestation)
  const own = new Set(attestations.map(({ report }) => report.sha256))
  const others = [...history.versions.values()].filter(({ bundle }) => !own.has(bundle))
  const entitled = attestations.filter(({ report }) => isEntitled(report, policy))
  return hearEntitled(history, others, policy, namesOf(entitled))
}

/** What the caller's policy says of the chain and of the bytes that were read now. */
export async function decideChain(
  chain: Chain,
  found: Pick<DatasetDigest, 'rendering'>,
  { rendering, ...scope }: Omit<PolicyScope, 'at' | 'rendering'> & { trust: { at: Date }; rendering: RenderingRules },
): Promise<PolicyAnswered> {
  const finding = findRendering(found.rendering, rendering.allow)
  const decision = await applyPolicy(chain, chainLevels(chain), {
    ...scope,
    at: scope.trust.at,
    ...(finding ? { rendering: finding } : {}),
  })
  return { check: checkPolicy(decision, scope.policy), told: describeDecision(decision) }
}

/** Only what was proven is worth remembering: anything else would let a stranger write the memory. */
export async function rememberProven(
  { verdict }: Report,
  attestation: Attestation | undefined,
  memory: VersionMemory | undefined,
): Promise<void> {
  const version = versionOf(attestation)
  if (verdict === 'PROVEN' && attestation !== undefined && version !== undefined)
    await memory?.remember(rememberVersion(version, attestation.report.times))
}

export function renderingRules({ rendering, renderingAllow }: VerifyDatasetOptions): RenderingRules {
  return { mode: rendering ?? 'warn', allow: renderingAllow ?? [] }
}

export function trustOf({
  trust,
  at = new Date(),
  skewMs,
  latenessMs,
  acceptReasons,
  policy,
  ...options
}: VerifyDatasetOptions) {
  return {
    ...askMore(trust, options),
    at,
    ...(skewMs === undefined ? {} : { skewMs }),
    ...(latenessMs === undefined ? {} : { latenessMs }),
    ...(policy === undefined
      ? {}
      : { acceptReasons: (...names: string[]) => [...acceptedReasons(policy, ...names), ...(acceptReasons ?? [])] }),
    ...(acceptReasons === undefined || policy ? {} : { acceptReasons }),
  }
}

async function readDataset(dataset: string, options: VerifyDatasetOptions): Promise<AskedDataset> {
  const name = nameOfDataset(dataset, options.name)
  const rendering = renderingRules(options).mode !== 'off'
  const found = await digestDataset(dataset, { ...options.digest, rendering })
  return { name, found, insecureAnyName: options.insecureAnyName ?? false }
}

/** Names under which accepted attestations know these bytes: a table has two. */
function namesOf(attestations: readonly Attestation[]): string[] {
  return attestations.flatMap(({ report }) =>
    report.accepted ? (report.statement?.subject.flatMap(namesOfSubject) ?? []) : [],
  )
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
  const { checks, newestKnown } = candidate
    ? await answerFor(candidate, asked, history, { ...options, at: trust.at })
    : { checks: [], newestKnown: 'unknown' as const }
  if (candidate && firstRefutation(checks) === undefined) return { checks, newestKnown }
  const difference = await explainDifference(asked, { store, history, trust })
  const unlisted = firstRefutation(checks)?.code === 'files-unlisted' ? describeUnlisted(asked.found) : {}
  const files = difference?.files ? { files: difference.files } : unlisted
  const compared = difference ? [refuted('files', 'data-altered', 'data', describeDifference(difference))] : []
  if (candidate) return { checks: [...(flooded ? [flood(found)] : []), ...checks, ...compared], newestKnown, ...files }
  return { checks: difference ? compared : [absence(asked.name, found)], newestKnown: 'unknown', ...files }
}

async function answerFor(
  { attestation, newest, checks }: Candidate,
  { found }: AskedDataset,
  history: VersionHistory,
  options: VerifyDatasetOptions,
): Promise<OwnAnswers> {
  const version = await questionVersion(attestation, newest, history, { ...options, found: found.sha256 })
  const rendering = checkRendering(found, attestation.report.known, renderingRules(options))
  const unlisted = checkUnlisted(found, options.insecureUnlisted ?? false)
  return { checks: [...checks, ...unlisted, ...version.checks, ...rendering], newestKnown: version.newestKnown }
}

function flood(found: string): Check {
  const detail = `more than ${MAX_CANDIDATES} objects under ${found}, so a good one may not have been read`
  return refuted('attestation', 'too-many-attestations', 'attestation', detail)
}

function absence(name: string, found: string): Check {
  return unmet('attestation', 'attestation', `the store knows neither these bytes (${found}) nor ${name}`)
}

function describeDataset(dataset: string, { name, found }: AskedDataset): Report['dataset'] {
  const uri = datasetName(dataset).slice('dataset:'.length)
  const { kind, sha256, files, bytes, leftOut } = found
  return { name, uri, kind, sha256, files: files.length, bytes: String(bytes), leftOut }
}
