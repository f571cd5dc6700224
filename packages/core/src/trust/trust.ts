import type { PublicKey } from '../key/public-key.ts'
import type { Certificate } from './certificate.ts'
import type { TimestampAuthority } from './timestamp-authority.ts'

/** Milliseconds since the epoch, both included. */
export interface ValidFor {
  readonly start: number
  readonly end: number
}

/** Where nobody set a window. */
export const ALWAYS: ValidFor = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }

export const isWithin = ({ start, end }: ValidFor, time: number): boolean => start <= time && time <= end

export interface TrustedKey extends PublicKey {
  /** For people. */
  readonly name?: string
  /** Where set, the signature needs a verified time, and every verified time must lie inside. */
  readonly validFor?: ValidFor
  /** Signatures count only with verified times before it; `-Infinity` where no date is known. */
  readonly revokedOn?: number
}

/** An authority that certifies signers. Signers of `fulcio` are proven with their issuer and a certificate log. */
export interface CertificateAuthority {
  /** For people: the subject of the root. */
  readonly name: string
  /** H(root's DER), hex. */
  readonly id: string
  readonly root: Certificate
  readonly intermediates: readonly Certificate[]
  readonly validFor: ValidFor
  readonly kind: 'fulcio' | 'x509'
}

/** A transparency log (Rekor) or a log of certificates (CT). */
export interface TrustedLog {
  /** For people: the URL's host, where one is stated. */
  readonly name: string
  /** The log's id as its entries name it, hex. */
  readonly id: string
  /** The first line of its checkpoints, where it signs notes. */
  readonly origin?: string
  readonly key: PublicKey
  readonly validFor: ValidFor
}

/** Whom the caller believes under a certificate authority. */
export interface SignerIdentity {
  /** The certificate's SAN: literal, or an anchored glob whose `*` stops at `/` and whose `**` does not. */
  readonly subject: string
  /** The OIDC issuer, compared exactly: under Fulcio half of the identity, and asked of no other authority. */
  readonly issuer?: string
  /** Ids of the authorities that may certify it. Default: each of the caller's. */
  readonly authorityIds?: readonly string[]
}

/** Somebody who watches that logs only grow, and signs what they saw. */
export interface Witness {
  /** As it stands in signature lines. */
  readonly name: string
  /** Ed25519. */
  readonly key: PublicKey
}

/** Whom the caller believes. Nothing in a bundle or a store adds to it. @see L2.V.4 */
export interface Trust {
  readonly keys: readonly TrustedKey[]
  readonly timestampAuthorities: readonly TimestampAuthority[]
  readonly certificateAuthorities?: readonly CertificateAuthority[]
  /** Without one, no certificate is believed: a public authority certifies everybody. */
  readonly identities?: readonly SignerIdentity[]
  readonly transparencyLogs?: readonly TrustedLog[]
  readonly certificateLogs?: readonly TrustedLog[]
  readonly witnesses?: readonly Witness[]
  /** How many different authorities, TSAs and Rekor v1 logs, have to vouch for the time; fewer is a refusal. */
  readonly timestampThreshold?: number | undefined
  /** How many different logs have to hold the signature; fewer is a refusal. */
  readonly logThreshold?: number | undefined
  /** How many different witnesses have to have signed the tree of a log that holds the signature; fewer is a refusal. */
  readonly witnessThreshold?: number | undefined
}

/** Who signed, as it was proven. */
export type VerifiedSigner =
  | { readonly kind: 'key'; readonly id: string; readonly key: TrustedKey }
  | {
      readonly kind: 'certificate'
      /** The SAN that matched one of the caller's identities. */
      readonly id: string
      readonly issuer?: string
      readonly authorityId: string
      readonly certificate: Certificate
    }
