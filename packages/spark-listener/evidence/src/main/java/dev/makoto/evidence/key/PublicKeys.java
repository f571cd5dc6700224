package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** The keys that count: ECDSA P-256 with SHA-256, and Ed25519 where this JVM has it. */
public final class PublicKeys {
  private final Map<String, VerificationKey> byId = new LinkedHashMap<String, VerificationKey>();

  /** Adds every {@code PUBLIC KEY} block of a PEM text. */
  public PublicKeys addPem(String pem) throws RefusedException {
    for (Pem block : Pem.parse(pem)) {
      if (!block.label.equals("PUBLIC KEY")) throw new RefusedException("a " + block.label + " where a PUBLIC KEY is expected");
      add(block.content);
    }
    return this;
  }

  /** Adds a DER SubjectPublicKeyInfo. */
  public PublicKeys add(byte[] spki) throws RefusedException {
    byId.put(KeyId.of(spki), VerificationKey.read(spki));
    return this;
  }

  public boolean isEmpty() {
    return byId.isEmpty();
  }

  /** Whether one of the keys made this signature. */
  public boolean verify(byte[] bytes, byte[] signature) {
    for (VerificationKey key : byId.values()) {
      if (key.verify(bytes, signature)) return true;
    }
    return false;
  }

  private static final class VerificationKey {
    private final PublicKey key;
    private final Signature verifier;

    private VerificationKey(PublicKey key, Signature verifier) {
      this.key = key;
      this.verifier = verifier;
    }

    static VerificationKey read(byte[] spki) throws RefusedException {
      String algorithm = KeyAlgorithm.ofPublicKey(spki);
      try {
        PublicKey key = KeyFactory.getInstance(KeyAlgorithm.factoryFor(algorithm)).generatePublic(new X509EncodedKeySpec(spki));
        return new VerificationKey(key, Signature.getInstance(KeyAlgorithm.signatureFor(algorithm)));
      } catch (GeneralSecurityException unusable) {
        throw new RefusedException("this JVM cannot use a key of " + algorithm + (algorithm.equals(KeyAlgorithm.P256) ? "" : ": it needs Java 15"), unusable);
      }
    }

    boolean verify(byte[] bytes, byte[] signature) {
      try {
        verifier.initVerify(key);
        verifier.update(bytes);
        return verifier.verify(signature);
      } catch (GeneralSecurityException malformed) {
        return false;
      }
    }
  }
}
