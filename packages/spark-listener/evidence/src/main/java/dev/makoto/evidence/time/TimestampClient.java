package dev.makoto.evidence.time;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.net.HttpReply;
import dev.makoto.evidence.net.HttpRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;

/** Asks one timestamp authority, once, to vouch for the moment of a signature. @see "RFC 3161 §3.4" */
public final class TimestampClient {
  private final String url;
  private final int timeoutMillis;
  private final SecureRandom random = new SecureRandom();

  public TimestampClient(String url, int timeoutMillis) {
    this.url = url;
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * A TimeStampResp over the signature's bytes whose status, imprint and nonce are right. Whose authority it is, a verifier judges.
   *
   * @throws RefusedException where the reply does not answer the question
   * @throws IOException where there is none to be had just now
   */
  byte[] timestamp(byte[] signature) throws IOException {
    byte[] imprint = Sha256.of(signature);
    BigInteger nonce = new BigInteger(64, random);
    HttpRequest request = HttpRequest.post(url, "application/timestamp-query", TimestampRequest.render(imprint, nonce));
    HttpReply reply = request.header("Accept", "application/timestamp-reply").within(timeoutMillis).send();
    if (reply.status != 200 && reply.status != 201) throw new IOException("the timestamp authority answered with HTTP " + reply.status);
    return TimestampReply.check(reply.body, imprint, nonce);
  }
}
