package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.der.DerReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** A P-256 or Ed25519 key in a file: PKCS#8 PEM, or cosign's encrypted form. @see FORMATS §6 */
public final class KeyFile {
  private KeyFile() {}

  /** Whether the PEM text holds a key that wants a password. */
  public static boolean isEncrypted(String pem) throws RefusedException {
    return EncryptedKey.isLabel(Pem.parse(pem).get(0).label);
  }

  /**
   * Opens the key of a PEM text and proves that its two halves belong together.
   *
   * @param password for the encrypted form; null where there is none
   */
  public static Signer open(String pem, char[] password) throws RefusedException {
    Pem block = Pem.parse(pem).get(0);
    byte[] pkcs8;
    if (block.label.equals("PRIVATE KEY")) pkcs8 = block.content;
    else if (EncryptedKey.isLabel(block.label)) pkcs8 = EncryptedKey.decrypt(block.content, password == null ? new char[0] : password);
    else throw new RefusedException("a " + block.label + " where a PRIVATE KEY (PKCS#8) or an ENCRYPTED SIGSTORE PRIVATE KEY is expected");
    try {
      // Read before a provider is asked: what it says of another algorithm's key names nothing.
      DerReader info = new DerReader(pkcs8).sequence();
      info.integer();
      String algorithm = KeyAlgorithm.read(info.sequence());
      return algorithm.equals(KeyAlgorithm.ED25519) ? openEd25519(info.octets()) : LocalSigner.open(algorithm, pkcs8, P256.spki(publicPointOf(info.octets())));
    } catch (GeneralSecurityException unusable) {
      // The cause is left out on purpose: a provider may quote the key's bytes.
      throw new RefusedException("the private key cannot be used: " + unusable.getClass().getSimpleName());
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  /** The point that the file carries, else k·G. @see "RFC 5915, RFC 5958" */
  private static byte[] publicPointOf(byte[] ecPrivateKey) throws RefusedException {
    DerReader key = new DerReader(ecPrivateKey).sequence();
    key.integer();
    BigInteger k = new BigInteger(1, key.octets());
    if (key.tag() == 0xa0) key.skip();
    if (key.tag() == 0xa1) {
      byte[] point = key.context(1).bits();
      if (point.length == 65 && point[0] == 4) return point;
    }
    try {
      return P256.publicPoint(k);
    } catch (IllegalArgumentException wrong) {
      throw new RefusedException("not a private key of P-256");
    }
  }

  /** @param curvePrivateKey an octet string in an octet string. @see "RFC 8410 §7" */
  private static Signer openEd25519(byte[] curvePrivateKey) throws GeneralSecurityException, RefusedException {
    byte[] seed = new DerReader(curvePrivateKey).octets();
    try {
      if (seed.length != Ed25519.LENGTH) throw new RefusedException("not a private key of Ed25519");
      return LocalSigner.open(KeyAlgorithm.ED25519, Ed25519.pkcs8(seed), Ed25519.spki(Ed25519.publicKey(seed)));
    } catch (NoSuchAlgorithmException unknown) {
      throw new RefusedException("the signing key is Ed25519, which this JVM cannot use: it needs Java 15");
    } finally {
      Arrays.fill(seed, (byte) 0);
    }
  }
}
