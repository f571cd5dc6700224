/** Which authorities a verifier trusts, from PEM, DER or Sigstore's `trusted_root.json`. */
import { readAuthoritySource } from './authority-certificates.ts'
import { certificateAuthoritiesOf } from './certificate-authority.ts'
import { type TimestampAuthority, timestampAuthoritiesOf } from './timestamp-authority.ts'
import { ALWAYS, type CertificateAuthority } from './trust.ts'
import { parseTrustedRoot } from './trusted-root.ts'

/**
 * Reads the timestamp authorities that the caller trusts from certificates (PEM or one DER) or from a
 * `trusted_root.json`. Every self-signed CA in a PEM is an authority; the certificates below them
 * go with each, and a listed time-stamping certificate limits its own authority to it.
 *
 * Refuses with `trust-invalid` what holds no root.
 *
 * @see L2.V.4, L2.V.6
 */
export function parseTimestampAuthorities(source: string | Uint8Array): TimestampAuthority[] {
  const read = readAuthoritySource(source)
  if (read.kind === 'trusted-root') return [...parseTrustedRoot(read.json).timestampAuthorities]
  return timestampAuthoritiesOf(read.chain, ALWAYS)
}

/**
 * Reads the authorities that certify signers: each self-signed CA in a PEM is one, of kind `x509`; those of
 * a `trusted_root.json` are Fulcio's. Refuses with `trust-invalid` what holds no root.
 *
 * @see L2.P.4, L2.V.4
 */
export function parseCertificateAuthorities(source: string | Uint8Array): CertificateAuthority[] {
  const read = readAuthoritySource(source)
  if (read.kind === 'trusted-root') return [...parseTrustedRoot(read.json).certificateAuthorities]
  return certificateAuthoritiesOf(read.chain, ALWAYS, 'x509')
}
