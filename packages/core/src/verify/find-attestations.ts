import { attestationsPrefix, type BundleForm, readAttestationPath } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { type Attestation, readAttestation } from './read-attestation.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'

/** More than this under one digest is a flood, not evidence. */
export const MAX_CANDIDATES = 1000

export interface FindAttestationsResult {
  readonly attestations: readonly Attestation[]
  /** There were more than anybody needs; the rest was not read. */
  readonly flooded: boolean
}

/**
 * Everything that the store holds about these bytes, each verified by itself: what lies beside them and
 * is none of ours is passed over, what claims to be an attestation and is not comes back refused.
 *
 * @see L1.V.1, FORMATS §4
 */
export async function findAttestations(
  store: Store,
  sha256: string,
  options: VerifyBundleOptions,
): Promise<FindAttestationsResult> {
  const places: { subject: string; bundle: string; form: BundleForm }[] = []
  let flooded = false
  for await (const { path } of store.list(attestationsPrefix(sha256))) {
    const place = readAttestationPath(path)
    if (place === undefined) continue
    flooded = places.length === MAX_CANDIDATES
    if (flooded) break
    places.push(place)
  }
  const found = await mapBounded(places, STORE_READS, (place) => readAttestation(store, place, options))
  return { attestations: found.filter((attestation) => attestation !== undefined), flooded }
}
