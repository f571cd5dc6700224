import { applyPolicy, checkPolicy, type PolicyScope } from './apply-policy.ts'
import type { Node } from './chain.ts'
import { plural, unmet } from './check.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { type Attestation, readAnyAttestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import type { StreamWindow } from './stream-windows.ts'

/** What a policy says of every window, each asked for like a dataset, by its own name. @see SPEC §3 L2.V.4 */
export async function checkStreamPolicy(windows: readonly StreamWindow[], scope: PolicyScope): Promise<Check> {
  const { policy, store, trust } = scope
  const found = await mapBounded(windows, STORE_READS, ({ sha256, bundle }) =>
    readAnyAttestation(store, { subject: sha256, bundle }, trust),
  )
  const nodes = found.flatMap((attestation) => (attestation?.report.accepted ? [nodeOf(attestation)] : []))
  if (nodes.length < windows.length)
    return unmet('policy', 'policy', `${plural(windows.length - nodes.length, 'window')} could not be read again`)
  const levels = new Map(windows.map(({ bundle, level }) => [bundle, level]))
  return checkPolicy(await applyPolicy({ nodes, checks: [] }, levels, scope), policy)
}

const nodeOf = (attestation: Attestation): Node => ({
  depth: 0,
  attestation,
  files: undefined,
  inputs: [],
  previous: undefined,
  stages: undefined,
  checks: [],
})
