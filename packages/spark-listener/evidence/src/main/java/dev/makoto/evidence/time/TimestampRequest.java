package dev.makoto.evidence.time;

import dev.makoto.evidence.der.DerWriter;
import java.math.BigInteger;

/** TimeStampReq. @see "RFC 3161 §2.4.1" */
final class TimestampRequest {
  static final String OID_SHA256 = "2.16.840.1.101.3.4.2.1";

  private TimestampRequest() {}

  /** Version 1, SHA-256 imprint, a nonce against replay, the authority's certificate asked for. */
  static byte[] render(byte[] imprint, BigInteger nonce) {
    byte[] algorithm = DerWriter.sequence(DerWriter.oid(OID_SHA256), DerWriter.nothing());
    return DerWriter.sequence(
        DerWriter.integer(BigInteger.ONE),
        DerWriter.sequence(algorithm, DerWriter.octets(imprint)),
        DerWriter.integer(nonce),
        DerWriter.truth());
  }
}
