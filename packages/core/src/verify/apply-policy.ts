import {
  decidePolicy,
  type Policy,
  type PolicyDecision,
  type PolicyEvidence,
  type PolicySubject,
  type SignerFacts,
} from '../policy/index.ts'
import type { KnownStatement, Subject } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import type { Level } from '../trust/levels.ts'
import { rememberAnswers } from './answer-memory.ts'
import { type Chain, type Node, upstreamOf } from './chain.ts'
import { passed, plural, unmet } from './check.ts'
import { agesFrom } from './check-freshness.ts'
import { namesOfSubject } from './dataset-names.ts'
import { type FindAttestationsResult, findAttestations } from './find-attestations.ts'
import { findRun } from './find-run.ts'
import { findOpenInput } from './open-inputs.ts'
import type { Attestation } from './read-attestation.ts'
import { type Check, MAX_POLICY_ANSWERS, type Report } from './report.ts'
import { factsOf } from './signer-facts.ts'
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
  const current = findCurrent(chain)
  const subjects = chain.nodes.flatMap((node) => {
    const subject = describeNode(node, levels)
    return subject ? [current.has(subject.bundle) ? subject : { ...subject, earlier: true }] : []
  })
  const find = rememberAnswers((sha256: string) => findAttestations(scope.store, sha256, scope.trust))
  const examine = rememberAnswers((runId: string, by: SignerFacts) =>
    examineRun(runId, { ...scope, skewMs: scope.trust.skewMs }, { policy, by }),
  )
  return decidePolicy(policy, subjects, {
    at,
    signersOf: (subject) => findSigners(subject, find),
    run: (subject) => findRun(subject, { examine, find }),
    rendering: () => rendering,
  })
}

/** What inputs lead to from the datasets in question: the rest of the chain is there because an earlier version is. */
function findCurrent({ nodes }: Chain): ReadonlySet<string> {
  const inputsOf = new Map(nodes.map(({ attestation, inputs }) => [attestation.report.sha256, inputs]))
  const waiting = nodes.filter(({ depth }) => depth === 0).map(({ attestation }) => attestation.report.sha256)
  const current = new Set<string>()
  for (let bundle = waiting.pop(); bundle !== undefined; bundle = waiting.pop()) {
    if (current.has(bundle)) continue
    current.add(bundle)
    waiting.push(...(inputsOf.get(bundle) ?? []).flatMap((input) => input.bundle ?? []))
  }
  return current
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

const ORDER = { fail: 0, pass: 1, 'not-applicable': 2 } as const

/** The decision as a report has it. */
export function describeDecision({ allowed, answers }: PolicyDecision): NonNullable<Report['policy']> {
  const sorted = [...answers].sort((a, b) => ORDER[a.status] - ORDER[b.status])
  return { allowed, asked: answers.length, answers: sorted.slice(0, MAX_POLICY_ANSWERS) }
}

function describeNode(node: Node, levels: ReadonlyMap<string, Level>): PolicySubject | undefined {
  const { depth, attestation } = node
  const { accepted, statement, known, sha256: bundle } = attestation.report
  const [subject] = statement?.subject ?? []
  if (!accepted || !statement || !subject?.digest.sha256) return undefined
  if (known?.kind !== 'origin' && known?.kind !== 'transform' && known?.kind !== 'streamWindow') return undefined
  const [name = '', location] = namesOfSubject(subject)
  const open = findOpenInput(node)
  const kind = subject.annotations?.kind
  return {
    depth,
    name,
    ...(location === undefined ? {} : { location }),
    sha256: subject.digest.sha256,
    ...(kind === undefined ? {} : { kind }),
    bundle,
    predicateType: statement.predicateType,
    level: levels.get(bundle) ?? 0,
    signer: signerOf(attestation),
    time: agesFrom(attestation.report),
    ...describeWork(known),
    inputs: upstreamOf(node),
    observed: known.kind === 'origin' && known.predicate.origin.collectionMethod === 'observed-at-read',
    ...(open === undefined ? {} : { open }),
  }
}

/** A job that read nothing with a digest states an origin: it was executed all the same, and rules for what is executed hold. */
function describeWork({ kind, predicate }: Extract<KnownStatement, { kind: 'origin' | 'transform' | 'streamWindow' }>) {
  if (kind === 'streamWindow' || predicate.transform === undefined) return {}
  const { transform, executor, metadata } = predicate
  return {
    transform: transform.type,
    ...(executor?.platform === undefined ? {} : { platform: executor.platform }),
    ...(metadata?.invocationId === undefined ? {} : { invocation: metadata.invocationId }),
  }
}

const signerOf = ({ report }: Attestation) => factsOf(report.signer)

/** A store says under which digest a bundle lies, and only the bundle which version it speaks of. */
async function findSigners(
  version: PolicySubject,
  find: (sha256: string) => Promise<FindAttestationsResult>,
): Promise<SignerFacts[]> {
  const { attestations } = await find(version.sha256)
  return attestations.flatMap((attestation) => {
    const { accepted, statement, known } = attestation.report
    const [subject, ...more] = statement?.subject ?? []
    const same = subject !== undefined && more.length === 0 && isVersion(subject, version)
    return (accepted && same && known && speaksFor(known, version) && signerOf(attestation)) || []
  })
}

function isVersion({ name, digest, annotations }: Subject, version: PolicySubject): boolean {
  const kind = annotations?.kind
  return name === version.name && digest.sha256 === version.sha256 && (kind === undefined || kind === version.kind)
}

/** Whoever signs that he found something wrong with a version speaks of it too, and not for it. */
function speaksFor(known: KnownStatement, { name }: PolicySubject): boolean {
  if (known.kind !== 'summary') return known.kind === 'origin' || known.kind === 'transform'
  return known.predicate.verificationResult === 'PASSED' && known.predicate.resourceUri === name
}
