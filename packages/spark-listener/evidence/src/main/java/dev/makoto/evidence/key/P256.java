package dev.makoto.evidence.key;

import dev.makoto.evidence.der.DerWriter;
import java.math.BigInteger;

/**
 * The public point of a P-256 private key, for key files that don't carry it. Used once, when a key is opened; what signs is the
 * JVM's own implementation, or a key service.
 *
 * @see "SEC 2 §2.4.2, FIPS 186-4 D.1.2.3"
 */
public final class P256 {
  private static final BigInteger P = hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
  private static final BigInteger N = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  private static final BigInteger GX = hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
  private static final BigInteger GY = hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
  private static final BigInteger THREE = BigInteger.valueOf(3);

  private P256() {}

  /** The uncompressed point {@code 04 ‖ x ‖ y} of k·G. */
  static byte[] publicPoint(BigInteger k) {
    if (k.signum() <= 0 || k.compareTo(N) >= 0) throw new IllegalArgumentException("not a private key of P-256");
    BigInteger[] sum = null;
    for (int bit = k.bitLength() - 1; bit >= 0; bit--) {
      if (sum != null) sum = twice(sum);
      if (k.testBit(bit)) sum = sum == null ? new BigInteger[] {GX, GY} : plus(sum, GX, GY);
    }
    byte[] point = new byte[65];
    point[0] = 4;
    copy(sum[0], point, 1);
    copy(sum[1], point, 33);
    return point;
  }

  /** SubjectPublicKeyInfo of an uncompressed point. */
  public static byte[] spki(byte[] point) {
    byte[] algorithm = DerWriter.sequence(DerWriter.oid(KeyAlgorithm.OID_EC), DerWriter.oid(KeyAlgorithm.OID_P256));
    return DerWriter.sequence(algorithm, DerWriter.bits(point));
  }

  private static BigInteger[] twice(BigInteger[] a) {
    BigInteger slope = a[0].multiply(a[0]).subtract(BigInteger.ONE).multiply(THREE).multiply(a[1].shiftLeft(1).modInverse(P)).mod(P);
    return third(slope, a, a[0]);
  }

  /** Adds G, which is never the sum so far: that would need k ≥ N. */
  private static BigInteger[] plus(BigInteger[] a, BigInteger x, BigInteger y) {
    BigInteger slope = y.subtract(a[1]).multiply(x.subtract(a[0]).modInverse(P)).mod(P);
    return third(slope, a, x);
  }

  private static BigInteger[] third(BigInteger slope, BigInteger[] a, BigInteger otherX) {
    BigInteger x = slope.multiply(slope).subtract(a[0]).subtract(otherX).mod(P);
    return new BigInteger[] {x, slope.multiply(a[0].subtract(x)).subtract(a[1]).mod(P)};
  }

  private static void copy(BigInteger coordinate, byte[] to, int at) {
    byte[] bytes = coordinate.toByteArray();
    int skip = Math.max(0, bytes.length - 32);
    System.arraycopy(bytes, skip, to, at + 32 - (bytes.length - skip), bytes.length - skip);
  }

  private static BigInteger hex(String digits) {
    return new BigInteger(digits, 16);
  }
}
