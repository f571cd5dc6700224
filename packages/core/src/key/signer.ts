/** What Makoto signs with. ECDSA is the default; Ed25519 where every reader has it. @see SPEC §1 Algorithms */
export type SigningAlgorithm = 'ecdsa-p256' | 'ecdsa-p384' | 'ed25519'

/**
 * A key that signs and is never seen: the one door that every key provider implements and whose
 * contract testkit's `describeSigner` holds it to. @see L2.PL.4
 */
export interface Signer {
  readonly algorithm: SigningAlgorithm
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** base64(H(SPKI)), as a bundle names the key. */
  readonly hint: string
  /**
   * How `executor.id` and `collector.id` name the signer before their `#role`: `spki:sha256:<hex>`, or
   * the name in the certificate where there is one.
   */
  readonly id: string
  /** DER of the certificate that binds the key to an identity: a bundle holds it in place of the hint. */
  readonly certificate?: Uint8Array
  /** ECDSA: the DER signature over SHA-256 (P-384: SHA-384) of the bytes. Ed25519: the 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}
