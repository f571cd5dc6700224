import type { BundleForm } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import type { Level } from '../trust/levels.ts'
import { chainLevels, renderChain } from './chain-report.ts'
import { linkChecks } from './chain.ts'
import { firstRefutation, unmet } from './check.ts'
import { type Attestation, readAttestation } from './read-attestation.ts'
import type { ChainNode, Check, FailureCode } from './report.ts'
import { DEFAULT_SKEW_MS, type VerifyBundleOptions } from './verify-bundle.ts'
import { type ChainLimits, walkInputs } from './walk-inputs.ts'

export interface VerifyAttestationOptions {
  readonly store: Store
  readonly trust: VerifyBundleOptions
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
  { store, trust, limits = {} }: VerifyAttestationOptions,
): Promise<AttestationReport> {
  const attestation = await readAttestation(store, place, trust)
  if (attestation === undefined) return absent(place.bundle)
  const chain = await walkInputs(attestation, { store, trust, skewMs: trust.skewMs ?? DEFAULT_SKEW_MS, limits })
  const levels = chainLevels(chain)
  const own = chain.nodes.flatMap((node) => node.attestation.report.checks)
  const checks = [...own, ...chain.nodes.flatMap(linkChecks), ...chain.checks]
  const refutation = firstRefutation(checks)
  return {
    level: refutation ? 0 : (levels.get(attestation.report.sha256) ?? 0),
    ...(refutation && { failure: { code: refutation.code, message: `${refutation.title}: ${refutation.detail}` } }),
    attestation,
    checks,
    chain: renderChain(chain, levels),
  }
}

function absent(bundle: string): AttestationReport {
  const message = `no attestation ${bundle} is there`
  const checks = [unmet('attestation', 'attestation', message)]
  return { level: 0, failure: { code: 'no-attestation', message }, checks, chain: [] }
}
