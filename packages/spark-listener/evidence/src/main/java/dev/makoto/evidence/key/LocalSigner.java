package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/** Signs with a key in this JVM's memory. */
final class LocalSigner implements Signer {
  private static final byte[] PROBE = {'m', 'a', 'k', 'o', 't', 'o'};

  private final byte[] spki;
  private final Signature signature;

  private LocalSigner(byte[] spki, Signature signature) {
    this.spki = spki;
    this.signature = signature;
  }

  /** Proves that the two halves belong together. */
  static Signer open(String algorithm, byte[] pkcs8, byte[] spki) throws GeneralSecurityException, RefusedException {
    PrivateKey key = KeyFactory.getInstance(KeyAlgorithm.factoryFor(algorithm)).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    Signature signature = Signature.getInstance(KeyAlgorithm.signatureFor(algorithm));
    signature.initSign(key);
    LocalSigner signer = new LocalSigner(spki, signature);
    if (new PublicKeys().add(spki).verify(PROBE, signer.sign(PROBE))) return signer;
    throw new RefusedException("the public half in the key file belongs to another key");
  }

  @Override
  public byte[] publicKey() {
    return spki.clone();
  }

  @Override
  public synchronized byte[] sign(byte[] bytes) throws GeneralSecurityException {
    signature.update(bytes);
    return signature.sign();
  }
}
