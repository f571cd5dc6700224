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
