import {
  decidePolicy,
  type Policy,
  type PolicyDecision,
  type PolicyEvidence,
  type PolicySubject,
  type RunFacts,
  type SignerFacts,
} from '../policy/index.ts'
import type { KnownStatement } from '../statement/index.ts'
import { isRunId } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import type { Level } from '../trust/levels.ts'
import type { VerifiedSigner } from '../trust/trust.ts'
import type { Chain, Node } from './chain.ts'
import { passed, plural, unmet } from './check.ts'
import { type FindAttestationsResult, findAttestations } from './find-attestations.ts'
import { namesOfSubject } from './match-dataset.ts'
import { findOpenInput } from './open-inputs.ts'
import type { Attestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'
import { examineRun } from './verify-run.ts'

export interface PolicyScope {
  readonly policy: Policy
  readonly store: Store
  readonly trust: VerifyBundleOptions
  readonly at: Date
  /** What the scan of the dataset's own bytes has found; undefined where they were not scanned. */
  readonly rendering?: ReturnType<PolicyEvidence['rendering']>
}

/**
 * Asks a policy about every dataset of a verified chain.
 *
 * @see SPEC §3 L2.V.4, §4 Order of verification
 */
export async function applyPolicy(
  chain: Chain,
  levels: ReadonlyMap<string, Level>,
  scope: PolicyScope,
): Promise<PolicyDecision> {
  const { policy, at, rendering } = scope
  const subjects = chain.nodes.flatMap((node) => describeNode(node, levels) ?? [])
  const found = readOnce((sha256) => findAttestations(scope.store, sha256, scope.trust))
  const examined = readOnce((runId) => examineRun(runId, scope))
  return decidePolicy(policy, subjects, {
    at,
    signersOf: (subject) => findSigners(subject, found),
    run: (subject) => findRun(subject, examined),
    rendering: () => rendering,
  })
}

/** Many datasets come from one run, and several rules ask the same: the store is read once for each key. */
function readOnce<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>()
  return (key) => {
    const answer = answers.get(key) ?? read(key)
    answers.set(key, answer)
    return answer
  }
}

/** The decision as a check: what is refused does not contradict, it is not what was asked for. */
export function checkPolicy({ allowed, answers }: PolicyDecision, { sources }: Policy): Check {
  const name = sources.at(-1)?.place ?? 'policy'
  const [first, ...more] = answers.filter(({ status }) => status === 'fail')
  if (allowed || first === undefined)
    return allowed
      ? passed('policy', 'policy', `${name}: ${plural(answers.length, 'answer')}, all as asked`)
      : unmet('policy', 'policy', `${name}: nothing to ask about`)
  const rule = first.rule === '' ? '' : `rule ${first.rule}, `
  const rest = more.length === 0 ? '' : `; ${more.length} more`
  return unmet('policy', 'policy', `${name}: ${first.dataset}: ${rule}${first.condition}: ${first.evidence}${rest}`)
}

function describeNode(node: Node, levels: ReadonlyMap<string, Level>): PolicySubject | undefined {
  const { depth, attestation, inputs } = node
  const { accepted, statement, known, times, sha256: bundle } = attestation.report
  const [subject] = statement?.subject ?? []
  if (!accepted || !statement || !subject?.digest.sha256) return undefined
  if (known?.kind !== 'origin' && known?.kind !== 'transform' && known?.kind !== 'streamWindow') return undefined
  const [name = '', location] = namesOfSubject(subject)
  const open = findOpenInput(node)
  return {
    depth,
    name,
    ...(location === undefined ? {} : { location }),
    sha256: subject.digest.sha256,
    bundle,
    predicateType: statement.predicateType,
    level: levels.get(bundle) ?? 0,
    signer: signerOf(attestation),
    time: times[0]?.time,
    ...describeWork(known),
    inputs: inputs.flatMap((input) => input.bundle ?? []),
    observed: known.kind === 'origin' && known.predicate.origin.collectionMethod === 'observed-at-read',
    ...(open === undefined ? {} : { open }),
  }
}

function describeWork(known: Extract<KnownStatement, { kind: 'origin' | 'transform' | 'streamWindow' }>) {
  if (known.kind !== 'transform') return {}
  const { transform, executor, metadata } = known.predicate
  return {
    transform: transform.type,
    ...(executor.platform === undefined ? {} : { platform: executor.platform }),
    ...(metadata?.invocationId === undefined ? {} : { invocation: metadata.invocationId }),
  }
}

const signerOf = ({ report }: Attestation) => factsOf(report.signer)

/** The same name under another issuer is somebody else. */
const isSame = (a: SignerFacts, b: SignerFacts | undefined) =>
  a.kind === b?.kind && a.id === b.id && a.issuer === b.issuer

function factsOf(signer: VerifiedSigner | undefined): SignerFacts | undefined {
  if (signer?.kind !== 'certificate') return signer && { kind: 'key', id: signer.id }
  return { kind: 'certificate', id: signer.id, ...(signer.issuer === undefined ? {} : { issuer: signer.issuer }) }
}

async function findSigners(
  { name, sha256 }: PolicySubject,
  found: (sha256: string) => Promise<FindAttestationsResult>,
): Promise<SignerFacts[]> {
  const { attestations } = await found(sha256)
  return attestations.flatMap((attestation) => {
    const { accepted, statement, known } = attestation.report
    const same = statement?.subject.length === 1 && statement.subject[0]?.name === name
    return (accepted && same && known && speaksFor(known) && signerOf(attestation)) || []
  })
}

/** Whoever signs that he found something wrong with a version speaks of it too, and not for it. */
const speaksFor = (known: KnownStatement) =>
  known.kind === 'origin' ||
  known.kind === 'transform' ||
  (known.kind === 'summary' && known.predicate.verificationResult === 'PASSED')

/** The run that the statement names, if the same signer sealed it and it says that it wrote this very version. */
async function findRun(
  { name, sha256, signer, invocation }: PolicySubject,
  examined: (runId: string) => ReturnType<typeof examineRun>,
): Promise<RunFacts | undefined> {
  const runId = invocation?.split('/', 1)[0]
  if (runId === undefined || !isRunId(runId)) return undefined
  const { report, signer: sealedBy, written } = await examined(runId)
  const { verdict, failure, completeness, reads, writes, unresolved } = report
  const wrote = writes.some((version) => version.name === name && version.sha256 === sha256)
  if (signer === undefined || !isSame(signer, factsOf(sealedBy)) || !wrote) return undefined
  const reasons = [...(failure ? [failure.message] : []), ...completeness.reasons]
  return {
    complete: verdict === 'PROVEN' && completeness.extent === 'full',
    reason: reasons.join('; '),
    reads: [...reads, ...unresolved].map((read) => read.name),
    writes: written,
  }
}
