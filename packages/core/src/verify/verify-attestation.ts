import { acceptedReasons, type Policy } from '../policy/index.ts'
import type { BundleForm } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import type { Level } from '../trust/levels.ts'
import { applyPolicy, checkPolicy } from './apply-policy.ts'
import { linkChecks } from './chain.ts'
import type { ChainLimits } from './chain-limits.ts'
import type { ChainNode } from './chain-node.ts'
import { chainLevels, renderChain } from './chain-report.ts'
import { firstRefutation, unmet } from './check.ts'
import { type Attestation, readAttestation } from './read-attestation.ts'
import type { Check, FailureCode } from './report.ts'
import { DEFAULT_SKEW_MS, type VerifyBundleOptions } from './verify-bundle.ts'
import { walkInputs } from './walk-inputs.ts'

export interface VerifyAttestationOptions {
  readonly store: Store
  readonly trust: VerifyBundleOptions
  /** What the caller asks beside whom the caller believes. The scan of the data's own text stays unanswered here. */
  readonly policy?: Policy | undefined
  readonly limits?: ChainLimits
}

/** What an attestation proves with everything that it was made from, if the data is what it says. */
export interface AttestationReport {
  /** The lowest level on the way back to the origins; 0 where anything contradicts. */
  readonly level: Level
  readonly failure?: { readonly code: FailureCode; readonly message: string }
  readonly attestation?: Attestation
  /** The answers about each attestation, then about what each refers to, then about the whole. */
  readonly checks: readonly Check[]
  readonly chain: readonly ChainNode[]
}

/**
 * Verifies an attestation and its chain under the caller's trust, without the data that it speaks of: what remains to
 * be done is `verifyDataset`'s comparison of the bytes.
 *
 * @see SPEC §3 L2.V.1–V.9
 */
export async function verifyAttestation(
  place: { readonly subject: string; readonly bundle: string; readonly form: BundleForm },
  { store, trust: given, policy, limits = {} }: VerifyAttestationOptions,
): Promise<AttestationReport> {
  const trust = policy ? { ...given, acceptReasons: (...names: string[]) => acceptedReasons(policy, ...names) } : given
  const attestation = await readAttestation(store, place, trust)
  if (attestation === undefined) return absent(place.bundle)
  const { skewMs = DEFAULT_SKEW_MS } = trust
  const chain = await walkInputs(attestation, { store, trust, policy, skewMs, limits })
  const levels = chainLevels(chain)
  const decision = policy && (await applyPolicy(chain, levels, { policy, store, trust, at: trust.at ?? new Date() }))
  const own = chain.nodes.flatMap((node) => node.attestation.report.checks)
  const asked = decision && policy ? [checkPolicy(decision, policy)] : []
  const checks = [...own, ...chain.nodes.flatMap(linkChecks), ...chain.checks, ...asked]
  const failure = findFailure(checks)
  return {
    level: failure && failure.code !== 'policy-not-met' ? 0 : (levels.get(attestation.report.sha256) ?? 0),
    ...(failure ? { failure } : {}),
    attestation,
    checks,
    chain: renderChain(chain, levels),
  }
}

function findFailure(checks: readonly Check[]): AttestationReport['failure'] {
  const refutation = firstRefutation(checks)
  if (refutation) return { code: refutation.code, message: `${refutation.title}: ${refutation.detail}` }
  const refused = checks.find(({ id, status }) => id === 'policy' && status === 'fail')
  return refused && { code: 'policy-not-met', message: refused.detail }
}

function absent(bundle: string): AttestationReport {
  const message = `no attestation ${bundle} is there`
  const checks = [unmet('attestation', 'attestation', message)]
  return { level: 0, failure: { code: 'no-attestation', message }, checks, chain: [] }
}
