package dev.makoto.evidence.key;

import java.security.GeneralSecurityException;

/** A key that signs and is never shown. */
public interface Signer {
  /** DER SubjectPublicKeyInfo. */
  byte[] publicKey();

  /** ECDSA: a DER signature over SHA-256 of the bytes. Ed25519: over the bytes themselves. */
  byte[] sign(byte[] bytes) throws GeneralSecurityException;
}
