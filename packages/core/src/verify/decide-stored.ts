import { datasetName } from '../names.ts'
import { acceptedReasons, type Policy, type PolicyAnswer, type PolicyDecision } from '../policy/index.ts'
import type { Store } from '../store/store.ts'
import { applyPolicy } from './apply-policy.ts'
import { linkChecks } from './chain.ts'
import { chainLevels } from './chain-report.ts'
import { firstRefutation } from './check.ts'
import { readEntitledHistory } from './hear-entitled.ts'
import { newestOf } from './judge-newest.ts'
import { readAnyAttestation } from './read-attestation.ts'
import { DEFAULT_SKEW_MS } from './verify-bundle.ts'
import { walkInputs } from './walk-inputs.ts'

export interface StoredVersion {
  readonly dataset: string
  /** The subject's sha256. Default: the newest that the store shows. */
  readonly version?: string
}

/**
 * What a policy says of a version as the store holds it, without its data: levels are those that the attestations prove if the data is
 * these bytes. For trying a policy out; `verifyDataset` is what decides about data.
 */
export async function decideStored(
  store: Store,
  { dataset, version }: StoredVersion,
  { policy, at = new Date() }: { policy: Policy; at?: Date },
): Promise<PolicyDecision> {
  const name = datasetName(dataset)
  const trust = { ...policy.trust, at, acceptReasons: (...names: string[]) => acceptedReasons(policy, ...names) }
  const history = await readEntitledHistory([name], { store, trust, policy })
  const candidates = [...history.versions.values()].filter(({ subject }) => subject === version)
  const known = version === undefined ? newestOf(history, name) : candidates.find(({ names }) => names.includes(name))
  const root = known && (await readAnyAttestation(store, known, trust))
  if (root === undefined) return refuse(name, 'attestation', 'the store holds none that your trust accepts')
  if (root.report.statement?.subject.length !== 1)
    return refuse(name, 'attestation', 'its statement is not about exactly one dataset')
  const chain = await walkInputs(root, { store, trust, policy, skewMs: DEFAULT_SKEW_MS })
  const edges = chain.nodes.flatMap(linkChecks)
  const fault = firstRefutation([...edges, ...chain.checks])
  if (fault !== undefined) return refuse(name, 'chain', `${fault.title}: ${fault.detail}`)
  return applyPolicy(chain, chainLevels(chain), { policy, store, trust, at })
}

function refuse(dataset: string, condition: string, evidence: string): PolicyDecision {
  const answer: PolicyAnswer = { rule: '', dataset, condition, status: 'fail', evidence }
  return { allowed: false, answers: [answer] }
}
