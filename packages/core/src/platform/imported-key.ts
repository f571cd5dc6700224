import type { KeyKind } from '../key/subject-public-key.ts'

/** SHA-1 is for the certificate ids that old timestamp tokens carry, and signs nothing. @see docs/decisions/0010 */
export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** A public key made ready once, so that each verification costs the signature alone. */
export interface ImportedKey {
  readonly kind: KeyKind
  /** For people: which kind of key, also where it is one that we do not take. */
  readonly name: string
  /** RSA only, in bits. */
  readonly modulusLength?: number
  readonly publicExponent?: bigint
  /** The platform's own; nobody else looks into it. */
  readonly handle: unknown
}

/** How a signature is made beside its key. `hash` is null for Ed25519 alone, `padding` stands for RSA alone. */
export interface SigningScheme {
  readonly padding?: 'pkcs1' | 'pss'
  readonly hash: 'sha256' | 'sha384' | 'sha512' | null
}
