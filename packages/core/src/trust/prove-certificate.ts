import { verifyCertificateTimestamps } from '../log/verify-certificate-timestamps.ts'
import { OID } from '../time/object-identifiers.ts'
import { type Certificate, KEY_USAGE } from './certificate.ts'
import { type CertificateChain, findChains } from './certificate-chain.ts'
import { matchIdentity } from './match-identity.ts'
import { type CertificateAuthority, isWithin, type SignerIdentity, type TrustedLog } from './trust.ts'

/** What a certificate is judged by; nothing of it comes from a bundle but the intermediates, which prove nothing alone. */
export interface CertificateTrust {
  readonly certificateAuthorities: readonly CertificateAuthority[]
  readonly identities: readonly SignerIdentity[]
  readonly certificateLogs: readonly TrustedLog[]
}

export interface ProvenCertificate {
  readonly subject: string
  readonly issuer?: string
  readonly authority: CertificateAuthority
}

export interface CertificateFault {
  readonly code: 'certificate-untrusted' | 'certificate-expired' | 'identity-mismatch'
  readonly message: string
}

interface Link extends CertificateChain {
  readonly authority: CertificateAuthority
}

/**
 * Proves whose certificate it is: a chain to an authority of the caller's that is valid, and trusted, at every one of
 * `times`; the purpose of signing; a log's promise where Fulcio certified it; and one of the caller's identities.
 *
 * @param times verified times of the signature, at least one: a short-lived certificate proves nothing without
 * @see L2.P.3, L2.P.4, L2.V.3, L2.V.4, RFC 5280 §6.1
 */
export function proveCertificate(
  certificate: Certificate,
  intermediates: readonly Certificate[],
  times: readonly number[],
  { certificateAuthorities, identities, certificateLogs }: CertificateTrust,
): ProvenCertificate | CertificateFault {
  if (!maySign(certificate)) return untrusted('its certificate is not one for signing')
  const links = certificateAuthorities.flatMap((authority) => findLinks(certificate, intermediates, authority))
  if (links.length === 0) return untrusted('its certificate leads to none of your authorities')
  const valid = links.filter((link) => times.length > 0 && times.every((time) => isValidAt(link, time)))
  if (valid.length === 0)
    return { code: 'certificate-expired', message: `its certificate was not valid at ${describeTimes(times)}` }
  const checked = valid.map((link) => ({ ...link, fault: findLogFault(certificate, link, certificateLogs) }))
  const logged = checked.filter(({ fault }) => fault === undefined)
  if (logged.length === 0) return untrusted(`its certificate is in no log of yours: ${checked[0]?.fault}`)
  for (const { authority } of logged) {
    const matched = matchIdentity(certificate, identities, authority)
    if (matched !== undefined) return { ...matched, authority }
  }
  return {
    code: 'identity-mismatch',
    message: `it is signed by ${describeNames(certificate)}, none of your identities`,
  }
}

function findLinks(certificate: Certificate, brought: readonly Certificate[], authority: CertificateAuthority): Link[] {
  const intermediates = [...authority.intermediates, ...brought.filter((other) => other.authority)]
  return findChains(certificate, intermediates, [authority.root], OID.codeSigning).map((chain) => ({
    ...chain,
    authority,
  }))
}

function maySign({ authority, keyUsage, extendedKeyUsage }: Certificate): boolean {
  return (
    authority === undefined &&
    (keyUsage?.has(KEY_USAGE.digitalSignature) ?? true) &&
    (extendedKeyUsage?.purposes.includes(OID.codeSigning) ?? false)
  )
}

const isValidAt = ({ notBefore, notAfter, authority }: Link, time: number) =>
  isWithin({ start: notBefore, end: notAfter }, time) && isWithin(authority.validFor, time)

/** Fulcio gives anybody a certificate: that it was logged is what lets an owner notice a stolen name. */
function findLogFault(
  certificate: Certificate,
  { authority, issuer }: Link,
  logs: readonly TrustedLog[],
): string | undefined {
  if (authority.kind !== 'fulcio') return undefined
  const verdict = verifyCertificateTimestamps(certificate.der, issuer.spki, logs)
  return verdict.ok ? undefined : verdict.message
}

const untrusted = (message: string): CertificateFault => ({ code: 'certificate-untrusted', message })

const describeTimes = (times: readonly number[]) =>
  times.length === 0 ? 'any verified time' : times.map((time) => new Date(time).toISOString()).join(', ')

function describeNames({ alternativeNames, oidcIssuer }: Certificate): string {
  const names = alternativeNames.map(({ value }) => value).filter((value) => value !== '')
  return `${names.join(', ') || 'nobody by name'}${oidcIssuer === undefined ? '' : ` of ${oidcIssuer}`}`
}
