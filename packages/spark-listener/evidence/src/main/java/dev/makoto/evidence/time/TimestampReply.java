package dev.makoto.evidence.time;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.der.DerReader;
import java.math.BigInteger;
import java.util.Arrays;

/** TimeStampResp, as far as the one who asked can judge it: does it answer this question? @see "RFC 3161 §2.4.2" */
final class TimestampReply {
  private static final String OID_SIGNED_DATA = "1.2.840.113549.1.7.2";
  private static final String OID_TST_INFO = "1.2.840.113549.1.9.16.1.4";

  private TimestampReply() {}

  /** Returns the reply unchanged, or refuses it. */
  static byte[] check(byte[] reply, byte[] imprint, BigInteger nonce) throws RefusedException {
    DerReader response = new DerReader(reply).sequence();
    checkStatus(response.sequence());
    if (!response.hasMore()) throw new RefusedException("the timestamp authority's reply holds no token");
    checkToken(tokenInfo(response.sequence()), imprint, nonce);
    return reply;
  }

  private static void checkStatus(DerReader statusInfo) throws RefusedException {
    BigInteger status = statusInfo.integer();
    // granted, grantedWithMods
    if (!status.equals(BigInteger.ZERO) && !status.equals(BigInteger.ONE)) {
      throw new RefusedException("the timestamp authority refused with status " + status);
    }
  }

  /** The TSTInfo inside ContentInfo, SignedData and EncapsulatedContentInfo. */
  private static DerReader tokenInfo(DerReader contentInfo) throws RefusedException {
    if (!contentInfo.oid().equals(OID_SIGNED_DATA)) throw new RefusedException("the timestamp token is not signed data");
    DerReader signedData = contentInfo.context(0).sequence();
    signedData.integer();
    signedData.skip();
    DerReader content = signedData.sequence();
    if (!content.oid().equals(OID_TST_INFO)) throw new RefusedException("the timestamp token holds something else");
    return new DerReader(content.context(0).octets()).sequence();
  }

  private static void checkToken(DerReader info, byte[] imprint, BigInteger nonce) throws RefusedException {
    info.integer();
    info.oid();
    DerReader messageImprint = info.sequence();
    if (!messageImprint.sequence().oid().equals(TimestampRequest.OID_SHA256)) throw new RefusedException("the timestamp is over another kind of digest");
    if (!Arrays.equals(messageImprint.octets(), imprint)) throw new RefusedException("the timestamp is over another signature");
    info.integer();
    info.enter(DerReader.GENERALIZED_TIME);
    // accuracy, ordering: optional, and nothing to us
    if (info.tag() == DerReader.SEQUENCE) info.skip();
    if (info.tag() == 0x01) info.skip();
    if (info.tag() != DerReader.INTEGER || !info.integer().equals(nonce)) throw new RefusedException("the timestamp has another nonce");
  }
}
