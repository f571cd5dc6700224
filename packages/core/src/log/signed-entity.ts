import type { SignatureHash } from '../key/public-key.ts'

/** What was signed: a DSSE payload, or a message of which only digests need to be known. */
export type SignedContent =
  | { readonly payloadType: string; readonly payload: Uint8Array }
  | { readonly digests: Readonly<Partial<Record<SignatureHash, Uint8Array>>> }

/** Who signed, as the verifier established it: a bare key, or the certificate that binds it to an identity. */
export type EntrySigner =
  | { readonly spki: Uint8Array }
  /** DER. */
  | { readonly certificate: Uint8Array }

/** Everything that a log entry has to be about, to be about this signature. */
export type SignedEntity = SignedContent & EntrySigner & { readonly signature: Uint8Array }
