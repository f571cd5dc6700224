package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Sha256;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SignatureException;

/**
 * Signs with a key that stays in its service. Each signature is verified before it is used: an alias may be turned to another key, and
 * what is signed by that one would name the wrong signer.
 */
public final class RemoteSigner implements Signer {
  /** After a failure the service is left alone for a while, so that a dead one does not hold up every statement. */
  private static final long REST_NANOS = 30L * 1000 * 1000 * 1000;
  private static final byte[] PROBE = {'m', 'a', 'k', 'o', 't', 'o'};

  private final RemoteKey key;
  private final byte[] spki;
  private final PublicKeys own;
  private boolean resting;
  private long failedAt;

  private RemoteSigner(RemoteKey key, byte[] spki) throws RefusedException {
    this.key = key;
    this.spki = spki;
    this.own = new PublicKeys().add(spki);
  }

  /** Asks for the public key and for one signature: that we may sign shows here, not at the first statement. */
  public static Signer open(RemoteKey key) throws IOException {
    byte[] spki = key.publicKey();
    String algorithm = KeyAlgorithm.ofPublicKey(spki);
    if (!algorithm.equals(KeyAlgorithm.P256)) throw new RefusedException("the key is " + algorithm + ": in a key service the agent signs with P-256");
    RemoteSigner signer = new RemoteSigner(key, spki);
    if (signer.own.verify(PROBE, EcdsaSignature.canonical(key.sign(Sha256.of(PROBE))))) return signer;
    throw new RefusedException("the key service signs with another key than the one that it shows");
  }

  @Override
  public byte[] publicKey() {
    return spki.clone();
  }

  @Override
  public synchronized byte[] sign(byte[] bytes) throws GeneralSecurityException {
    if (resting && System.nanoTime() - failedAt < REST_NANOS) throw new SignatureException("the key service failed a moment ago and is left alone");
    try {
      byte[] signature = EcdsaSignature.canonical(key.sign(Sha256.of(bytes)));
      resting = false;
      if (own.verify(bytes, signature)) return signature;
    } catch (IOException failure) {
      resting = true;
      failedAt = System.nanoTime();
      throw new SignatureException("the key service gave no signature", failure);
    }
    throw new SignatureException("the key service signed with another key than this run's");
  }
}
