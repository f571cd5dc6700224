import { MakotoError } from '../errors.ts'
import { readPublicKey } from '../key/public-key.ts'
import type { Signer } from '../key/signer.ts'
import { readCertificate } from '../trust/certificate.ts'
import { proveCertificate } from '../trust/prove-certificate.ts'
import type { Trust } from '../trust/trust.ts'

/**
 * The caller's trust, and beside it the signer itself: what it attested before counts. Its key, or the name in its
 * certificate, which counts only under an authority that the caller trusts.
 */
export function trustOwn(signer: Signer | undefined, trust: Trust = { keys: [], timestampAuthorities: [] }): Trust {
  if (signer === undefined) return trust
  if (signer.certificate === undefined) return { ...trust, keys: [readPublicKey(signer.spki), ...trust.keys] }
  const { oidcIssuer: issuer } = readCertificate(signer.certificate)
  // An asterisk would stand for other names than this one.
  if (signer.id.includes('*')) return trust
  const own = { subject: signer.id, ...(issuer === undefined ? {} : { issuer }) }
  return { ...trust, identities: [own, ...(trust.identities ?? [])] }
}

/**
 * Refuses a signer with a certificate whose own earlier attestations the caller's trust cannot verify: each version
 * would be stated as the first one, and who remembers the one before would refuse it.
 *
 * @see docs/decisions/0049
 */
export function requireOwnTrust(signer: Signer, given?: Trust): void {
  if (signer.certificate === undefined) return
  const trust = trustOwn(signer, given)
  const { certificateAuthorities = [], certificateLogs = [], identities = [] } = trust
  if (certificateAuthorities.length === 0) throw refuse('needs the root of the authority that certifies it')
  if (trust.timestampAuthorities.length === 0) throw refuse('needs the root of the authority that dates it')
  const certificate = readCertificate(signer.certificate)
  const time = Math.min(Math.max(Date.now(), certificate.notBefore), certificate.notAfter)
  const proven = proveCertificate(certificate, [], [time], { certificateAuthorities, certificateLogs, identities })
  if ('code' in proven) throw refuse(`would not be believed by the roots that you give: ${proven.message}`)
}

const refuse = (reason: string) =>
  new MakotoError('options-invalid', `a signer with a certificate ${reason}`, {
    hint: 'Give the trusted_root.json of the Sigstore instance, and the root of the timestamp authority where that is not in it: by these its earlier versions are read.',
  })
