import { MakotoError } from '../errors.ts'
import { readPublicKey } from '../key/public-key.ts'
import type { Signer } from '../key/signer.ts'
import { readCertificate } from '../trust/certificate.ts'
import type { Trust } from '../trust/trust.ts'

/**
 * The caller's trust, and beside it the signer itself: what it attested before counts. Its key, or the name in its
 * certificate, which counts only under an authority that the caller trusts.
 */
export function trustOwn(signer: Signer | undefined, trust: Trust = { keys: [], timestampAuthorities: [] }): Trust {
  if (signer === undefined) return trust
  if (signer.certificate === undefined) return { ...trust, keys: [readPublicKey(signer.spki), ...trust.keys] }
  const { oidcIssuer } = readCertificate(signer.certificate)
  // An asterisk would stand for other names than this one.
  if (oidcIssuer === undefined || signer.id.includes('*')) return trust
  return { ...trust, identities: [{ subject: signer.id, issuer: oidcIssuer }, ...(trust.identities ?? [])] }
}

/**
 * Refuses a signer with a certificate whose own earlier attestations the caller's trust cannot verify: each version
 * would be stated as the first one, and who remembers the one before would refuse it.
 *
 * @see docs/decisions/0049
 */
export function requireOwnTrust({ certificate }: Signer, trust: Partial<Trust> = {}): void {
  const { certificateAuthorities = [], timestampAuthorities = [] } = trust
  if (certificate === undefined || (certificateAuthorities.length > 0 && timestampAuthorities.length > 0)) return
  const missing = certificateAuthorities.length === 0 ? 'certifies it' : 'dates it'
  throw new MakotoError(
    'options-invalid',
    `a signer with a certificate needs the root of the authority that ${missing}`,
    {
      hint: 'Give the trusted_root.json of the Sigstore instance, and the root of the timestamp authority where that is not in it: by these its earlier versions are read.',
    },
  )
}
