package dev.makoto.evidence.key;

import dev.makoto.evidence.der.DerWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The public half of an Ed25519 private key, which a PKCS#8 file does not carry. Used once, when a key is opened; what signs is the
 * JVM's own implementation.
 *
 * @see "RFC 8032 §5.1.5, RFC 8410 §4 and §7"
 */
final class Ed25519 {
  static final int LENGTH = 32;
  private static final BigInteger P = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  /** The curve's d = -121665/121666. */
  private static final BigInteger D = BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
  private static final BigInteger BASE_X = new BigInteger("15112221349535400772501151409588531511454012693041857206046113283949847762202");
  /** 4/5. */
  private static final BigInteger BASE_Y = BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P);

  private Ed25519() {}

  /** The encoded point of the secret scalar times the base point. */
  static byte[] publicKey(byte[] seed) throws GeneralSecurityException {
    byte[] scalar = Arrays.copyOf(MessageDigest.getInstance("SHA-512").digest(seed), LENGTH);
    scalar[0] &= (byte) 0xf8;
    scalar[31] = (byte) (scalar[31] & 0x3f | 0x40);
    BigInteger s = new BigInteger(1, reversed(scalar));
    BigInteger[] sum = {BigInteger.ZERO, BigInteger.ONE};
    for (int bit = s.bitLength() - 1; bit >= 0; bit--) {
      sum = plus(sum, sum);
      if (s.testBit(bit)) sum = plus(sum, new BigInteger[] {BASE_X, BASE_Y});
    }
    byte[] encoded = littleEndian(sum[1]);
    if (sum[0].testBit(0)) encoded[31] |= (byte) 0x80;
    return encoded;
  }

  static byte[] spki(byte[] point) {
    return DerWriter.sequence(DerWriter.sequence(DerWriter.oid(KeyAlgorithm.OID_ED25519)), DerWriter.bits(point));
  }

  /** PKCS#8 of the first version, which every JVM that knows the algorithm reads. */
  static byte[] pkcs8(byte[] seed) {
    return DerWriter.sequence(
        DerWriter.integer(BigInteger.ZERO), DerWriter.sequence(DerWriter.oid(KeyAlgorithm.OID_ED25519)), DerWriter.octets(DerWriter.octets(seed)));
  }

  /** The curve's addition is complete: it serves for doubling too. */
  private static BigInteger[] plus(BigInteger[] a, BigInteger[] b) {
    BigInteger cross = D.multiply(a[0]).multiply(b[0]).mod(P).multiply(a[1]).multiply(b[1]).mod(P);
    BigInteger x = a[0].multiply(b[1]).add(b[0].multiply(a[1])).multiply(BigInteger.ONE.add(cross).modInverse(P)).mod(P);
    BigInteger y = a[1].multiply(b[1]).add(a[0].multiply(b[0])).multiply(BigInteger.ONE.subtract(cross).modInverse(P)).mod(P);
    return new BigInteger[] {x, y};
  }

  private static byte[] littleEndian(BigInteger number) {
    byte[] bytes = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) bytes[i] = number.shiftRight(8 * i).byteValue();
    return bytes;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] other = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) other[i] = bytes[bytes.length - 1 - i];
    return other;
  }
}
