import { sha256Hex } from '#platform'
import { canonicalize } from '../canonical-json.ts'

export interface IdentityParts {
  readonly predicateType: string
  readonly name: string
  /** Null for streams, whose batch is the same batch whatever it held. */
  readonly sha256: string | null
  /** Table, query or run id; where there is none, the digest of the previous attestation. */
  readonly run: string | null
  /** Version, batch or execution; null where there is no such id. */
  readonly version: string | null
}

/**
 * What makes two attestations the same one, whenever and however often they are signed: a writer
 * skips what it finds done, a reader collapses.
 *
 * @see FORMATS §3 Identity
 */
export function identityOf({ predicateType, name, sha256: digest, run, version }: IdentityParts): string {
  return sha256Hex(canonicalize([predicateType, name, digest, run, version]))
}
