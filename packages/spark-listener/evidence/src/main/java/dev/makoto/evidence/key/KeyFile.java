package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.der.DerReader;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** A P-256 key in a file: PKCS#8 PEM, or cosign's encrypted form. @see FORMATS §6 */
public final class KeyFile {
  private static final byte[] PROBE = {'m', 'a', 'k', 'o', 't', 'o'};

  private KeyFile() {}

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
      byte[] point = publicPointOf(pkcs8);
      PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      return proven(new EcdsaSigner(key, P256.spki(point)));
    } catch (GeneralSecurityException unusable) {
      // The cause is left out on purpose: a provider may quote the key's bytes.
      throw new RefusedException("the private key cannot be used: " + unusable.getClass().getSimpleName());
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  /** The point that the file carries, else k·G. @see "RFC 5915, RFC 5958" */
  private static byte[] publicPointOf(byte[] pkcs8) throws RefusedException {
    DerReader info = new DerReader(pkcs8).sequence();
    info.integer();
    String algorithm = KeyAlgorithm.read(info.sequence());
    if (!algorithm.equals(KeyAlgorithm.P256)) {
      throw new RefusedException("the signing key is " + algorithm + ": this version of the agent signs with P-256");
    }
    DerReader key = new DerReader(info.octets()).sequence();
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

  private static Signer proven(Signer signer) throws GeneralSecurityException, RefusedException {
    if (new PublicKeys().add(signer.publicKey()).verify(PROBE, signer.sign(PROBE))) return signer;
    throw new RefusedException("the public half in the key file belongs to another key");
  }

  private static final class EcdsaSigner implements Signer {
    private final byte[] spki;
    private final Signature signature;

    EcdsaSigner(PrivateKey key, byte[] spki) throws GeneralSecurityException {
      this.spki = spki;
      this.signature = Signature.getInstance("SHA256withECDSA");
      this.signature.initSign(key);
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
}
