package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.der.DerReader;

/** The algorithms of keys, by object identifier. */
final class KeyAlgorithm {
  static final String P256 = "EC P-256";
  static final String ED25519 = "Ed25519";
  static final String OID_EC = "1.2.840.10045.2.1";
  static final String OID_P256 = "1.2.840.10045.3.1.7";
  static final String OID_ED25519 = "1.3.101.112";

  private KeyAlgorithm() {}

  static String ofPublicKey(byte[] spki) throws RefusedException {
    DerReader info = new DerReader(spki).sequence();
    return read(info.sequence());
  }

  /** Reads an AlgorithmIdentifier. */
  static String read(DerReader identifier) throws RefusedException {
    String oid = identifier.oid();
    if (oid.equals(OID_ED25519)) return ED25519;
    if (!oid.equals(OID_EC)) throw new RefusedException("a key that is neither EC P-256 nor Ed25519");
    if (!identifier.oid().equals(OID_P256)) throw new RefusedException("an EC key on another curve than P-256");
    return P256;
  }

  static String factoryFor(String algorithm) {
    return algorithm.equals(P256) ? "EC" : algorithm;
  }

  static String signatureFor(String algorithm) {
    return algorithm.equals(P256) ? "SHA256withECDSA" : algorithm;
  }
}
