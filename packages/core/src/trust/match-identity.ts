import { matchGlob } from '../name-glob.ts'
import type { AlternativeName } from './alternative-names.ts'
import type { Certificate } from './certificate.ts'
import type { CertificateAuthority, SignerIdentity } from './trust.ts'

/** A certificate's name, as one of the caller's identities asks for it. */
export interface MatchedIdentity {
  readonly subject: string
  readonly issuer?: string
}

/**
 * The name of a certificate that the caller believes; undefined where it has none. Under Fulcio an identity
 * without an issuer matches nobody: the same e-mail address from another issuer is somebody else. A glob is no
 * regular expression, and is anchored: a forgotten anchor or an unescaped dot has let strangers in elsewhere.
 *
 * @see L2.V.3, L2.V.4
 */
export function matchIdentity(
  { alternativeNames, oidcIssuer }: Pick<Certificate, 'alternativeNames' | 'oidcIssuer'>,
  identities: readonly SignerIdentity[],
  kind: CertificateAuthority['kind'],
): MatchedIdentity | undefined {
  const vouches = ({ issuer }: SignerIdentity) => (issuer === undefined ? kind !== 'fulcio' : issuer === oidcIssuer)
  const believed = identities.filter(vouches)
  const name = alternativeNames
    .filter(hasText)
    .find(({ value }) => believed.some(({ subject }) => matchGlob(subject, value)))
  return name && { subject: name.value, ...(oidcIssuer === undefined ? {} : { issuer: oidcIssuer }) }
}

const hasText = ({ kind, value }: AlternativeName) => kind !== 'other' && value !== ''
