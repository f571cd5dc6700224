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
 * The name of a certificate that the caller believes under this authority; undefined where it has none. An identity that is
 * bound to other authorities is not this one's to certify. Under Fulcio an identity
 * without an issuer matches nobody: the same e-mail address from another issuer is somebody else. Only a Fulcio, whose
 * certificates a log shows, speaks for issuers: what another authority writes into that extension is not read. A glob is no
 * regular expression, and is anchored: a forgotten anchor or an unescaped dot has let strangers in elsewhere.
 *
 * @see L2.V.3, L2.V.4
 */
export function matchIdentity(
  { alternativeNames, oidcIssuer }: Pick<Certificate, 'alternativeNames' | 'oidcIssuer'>,
  identities: readonly SignerIdentity[],
  { kind, id }: Pick<CertificateAuthority, 'kind' | 'id'>,
): MatchedIdentity | undefined {
  const vouches = ({ issuer }: SignerIdentity) =>
    kind === 'fulcio' ? issuer !== undefined && issuer === oidcIssuer : issuer === undefined
  const maySpeak = ({ authorityIds }: SignerIdentity) => authorityIds?.includes(id) ?? true
  const believed = identities.filter((identity) => maySpeak(identity) && vouches(identity))
  const name = alternativeNames
    .filter(hasForm)
    .find(({ value }) => believed.some(({ subject }) => matchGlob(subject, value)))
  return (
    name && { subject: name.value, ...(kind !== 'fulcio' || oidcIssuer === undefined ? {} : { issuer: oidcIssuer }) }
  )
}

/**
 * What a name of each kind looks like, so that none can be taken for one of another. An authority that may only speak
 * for the mailboxes of one host would else write a stranger's into a `dNSName`, which its constraint does not bind.
 */
const FORMS: Readonly<Record<AlternativeName['kind'], RegExp | undefined>> = {
  email: /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*$/i,
  dns: /^(\*\.)?[\w-]+(\.[\w-]+)*$/,
  uri: /^[a-z][a-z0-9+.-]*:/i,
  username: /^[^!@:/]+![^!@:/]+$/,
  other: undefined,
}

const hasForm = ({ kind, value }: AlternativeName) => FORMS[kind]?.test(value) ?? false
