package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.der.DerReader;
import dev.makoto.evidence.der.DerWriter;
import java.math.BigInteger;
import java.util.Arrays;

/** An ECDSA signature of P-256, in DER. @see "RFC 3279 §2.2.3, RFC 7518 §3.4" */
public final class EcdsaSignature {
  private static final int LENGTH = 32;

  private EcdsaSignature() {}

  /** From {@code r ‖ s}, as JOSE has it. */
  public static byte[] ofJose(byte[] raw) throws RefusedException {
    if (raw.length != 2 * LENGTH) throw new RefusedException("a signature of another length");
    return render(new BigInteger(1, Arrays.copyOf(raw, LENGTH)), new BigInteger(1, Arrays.copyOfRange(raw, LENGTH, 2 * LENGTH)));
  }

  /** The one DER spelling of a signature that came as DER. */
  static byte[] canonical(byte[] der) throws RefusedException {
    DerReader whole = new DerReader(der);
    DerReader pair = whole.sequence();
    byte[] signature = render(pair.integer(), pair.integer());
    if (pair.hasMore() || whole.hasMore()) throw new RefusedException("a signature with something behind it");
    return signature;
  }

  /** The JVM's verifier takes halves without a sign bit of their own; one that is strict about DER would not. */
  private static byte[] render(BigInteger r, BigInteger s) throws RefusedException {
    if (r.signum() <= 0 || s.signum() <= 0) throw new RefusedException("a signature whose halves are not positive");
    return DerWriter.sequence(DerWriter.integer(r), DerWriter.integer(s));
  }
}
