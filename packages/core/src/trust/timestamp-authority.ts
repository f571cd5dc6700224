import { OID } from '../time/object-identifiers.ts'
import { nameAuthority, sortCertificates } from './authority-certificates.ts'
import type { Certificate } from './certificate.ts'
import { findChains } from './certificate-chain.ts'

export interface TimestampAuthority {
  /** For people: the subject of the root. */
  readonly name: string
  /** H(root's DER), hex. Thresholds count these, not tokens. */
  readonly id: string
  readonly root: Certificate
  /** Certificates between a token's signer and the root, beside those that tokens bring along. */
  readonly intermediates: readonly Certificate[]
  /** Where listed, only these sign for the authority; else any under the root that has the purpose. */
  readonly signers: readonly Certificate[]
  /** When the verifier trusts it, both included: milliseconds since the epoch. */
  readonly validFor: { readonly start: number; readonly end: number }
}

/**
 * Every root is an authority of its own; a time-stamping certificate listed with it limits it to that one. One that
 * leads to no root limits them all: the caller meant it to, and it signs nothing that counts.
 */
export function timestampAuthoritiesOf(
  chain: readonly Uint8Array[],
  validFor: TimestampAuthority['validFor'],
): TimestampAuthority[] {
  const { roots, intermediates, signers } = sortCertificates(chain)
  const leadsTo = (signer: Certificate, ends: readonly Certificate[]) =>
    findChains(signer, intermediates, ends, OID.timeStamping).length > 0
  const lost = signers.filter((signer) => !leadsTo(signer, roots))
  return roots.map((root) => ({
    ...nameAuthority(root),
    root,
    intermediates,
    signers: [...signers.filter((signer) => leadsTo(signer, [root])), ...lost],
    validFor,
  }))
}
