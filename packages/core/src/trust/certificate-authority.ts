import { nameAuthority, sortCertificates } from './authority-certificates.ts'
import type { CertificateAuthority, ValidFor } from './trust.ts'

/** Every root is an authority of its own. A signing certificate among them adds nothing: identities are named apart. */
export function certificateAuthoritiesOf(
  chain: readonly Uint8Array[],
  validFor: ValidFor,
  kind: CertificateAuthority['kind'],
): CertificateAuthority[] {
  const { roots, intermediates } = sortCertificates(chain)
  return roots.map((root) => ({ ...nameAuthority(root), root, intermediates, validFor, kind }))
}
