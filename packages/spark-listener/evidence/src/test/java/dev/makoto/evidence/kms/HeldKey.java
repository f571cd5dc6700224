package dev.makoto.evidence.kms;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** A real P-256 key that a double of a key service holds. */
public final class HeldKey {
  private final KeyPair pair;

  public HeldKey() {
    this("secp256r1");
  }

  HeldKey(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      pair = generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public byte[] spki() {
    return pair.getPublic().getEncoded();
  }

  String pem() {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki());
    return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
  }

  /** A coordinate of the public point as JWK has it. */
  String coordinate(boolean x) {
    ECPublicKey key = (ECPublicKey) pair.getPublic();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(fixed((x ? key.getW().getAffineX() : key.getW().getAffineY()).toByteArray()));
  }

  /** A DER signature over a digest. */
  byte[] sign(byte[] sha256) throws GeneralSecurityException {
    return sign(sha256, "NONEwithECDSA");
  }

  /** The same as {@code r ‖ s}. */
  byte[] signAsJose(byte[] sha256) throws GeneralSecurityException {
    return sign(sha256, "NONEwithECDSAinP1363Format");
  }

  private byte[] sign(byte[] sha256, String algorithm) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(pair.getPrivate());
    signature.update(sha256);
    return signature.sign();
  }

  private static byte[] fixed(byte[] magnitude) {
    byte[] bytes = new byte[32];
    int skip = Math.max(0, magnitude.length - 32);
    System.arraycopy(magnitude, skip, bytes, 32 - (magnitude.length - skip), magnitude.length - skip);
    return bytes;
  }
}
