import type { CertificateAuthority, SignerIdentity, TrustedKey } from '../trust/index.ts'
import type { PolicySigner } from './policy-document.ts'
import { refuse } from './read-policy.ts'

export type SignerMatch =
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'certificate'; readonly identity: SignerIdentity }

/** One entry under `trust` that certifies signers: however many roots its file holds, it is one authority. */
export interface AuthorityEntry {
  /** Undefined for a trusted root that is named by its file alone. */
  readonly name: string | undefined
  readonly authorities: readonly CertificateAuthority[]
}

export interface SignerScope {
  readonly keys: ReadonlyMap<string, TrustedKey>
  readonly authorities: readonly AuthorityEntry[]
  readonly place: string
}

/**
 * What a verified signer must be to bear the name. One under a certificate is bound to the one authority that may certify it: a file
 * that adds an authority would else add whom that one certifies, under every name of the files that it extends.
 *
 * @see docs/decisions/0034-a-name-under-one-authority.md
 */
export function resolveSigner(name: string, signer: PolicySigner, scope: SignerScope): SignerMatch {
  const { key, subject = '', issuer } = signer
  if (key === undefined) {
    const authorityIds = bindAuthority(name, signer, scope)
    const bound = authorityIds === undefined ? {} : { authorityIds }
    return { kind: 'certificate', identity: { subject, ...(issuer === undefined ? {} : { issuer }), ...bound } }
  }
  const trusted = scope.keys.get(key)
  if (trusted === undefined) throw refuse(scope.place, `no trusted key is named ${key}`)
  return { kind: 'key', id: trusted.id }
}

/** Ids of the roots; undefined where the policy trusts none, and leaves it to whoever verifies. */
function bindAuthority(
  name: string,
  { authority, issuer }: PolicySigner,
  { authorities, place }: SignerScope,
): readonly string[] | undefined {
  const named = authorities.filter((entry) => authority === undefined || entry.name === authority)
  if (authority !== undefined && named.length === 0) throw refuse(place, `no authority is named ${authority}`)
  const able = new Map(named.map((entry) => idsOf(entry, issuer)).map((ids) => [ids.join(), ids]))
  able.delete('')
  const [first, ...others] = able.values()
  if (others.length > 0)
    throw refuse(place, `signer ${name}: ${others.length + 1} authorities could certify it: name one, as its authority`)
  if (first === undefined && authority !== undefined)
    throw refuse(
      place,
      `signer ${name}: ${authority} ${issuer ? 'speaks for no issuer' : 'certifies nobody without an issuer'}`,
    )
  return first
}

/** Only a Fulcio speaks for issuers, and it certifies nobody without one. */
function idsOf({ authorities }: AuthorityEntry, issuer: string | undefined): readonly string[] {
  const kind = issuer === undefined ? 'x509' : 'fulcio'
  return [...new Set(authorities.filter((one) => one.kind === kind).map(({ id }) => id))].sort()
}
