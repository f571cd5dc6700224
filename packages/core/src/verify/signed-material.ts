import type { Bundle } from '../envelope/index.ts'
import { pae } from '../envelope/pae.ts'
import type { PublicKey, SignatureHash } from '../key/public-key.ts'
import { verifySignature } from '../key/verify-signature.ts'

/**
 * A signature with everything that came along to prove it. Makoto signs statements in DSSE envelopes; a Sigstore
 * bundle may also hold the signature of a bare message, of which a verifier may know only digests.
 */
export type SignedMaterial = SignedPart &
  Pick<Bundle, 'signature' | 'signer' | 'timestamps' | 'logEntries'> & {
    /** DER. Certificates between the signer's and an authority's; they prove nothing alone. */
    readonly intermediates?: readonly Uint8Array[]
  }

type SignedPart = Pick<Bundle, 'payload' | 'payloadType'> | SignedMessage

export interface SignedMessage {
  readonly digests: Readonly<Partial<Record<SignatureHash, Uint8Array>>>
  /** Whether the signature is this key's over the message, by the key's own algorithm. */
  readonly isSignedBy: (key: PublicKey) => boolean
}

/** A predicate that hashes the signed bytes once, however many keys are tried. */
export function signatureTest(material: SignedMaterial): (key: PublicKey) => boolean {
  if ('isSignedBy' in material) return material.isSignedBy
  const signed = pae(material.payloadType, material.payload)
  return (key) => verifySignature(key, signed, material.signature)
}

export const describeSigned = (material: SignedMaterial) =>
  'payload' in material ? `${material.payload.length} bytes of statement` : 'a message'
