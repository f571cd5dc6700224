package dev.makoto.evidence.time;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.HttpURLConnection;
import java.net.URL;
import java.security.SecureRandom;

/** Asks a timestamp authority to vouch for the moment of a signature. @see "RFC 3161 §3.4" */
public final class TimestampClient {
  private static final int MAX_REPLY = 256 * 1024;
  private static final long FIRST_PAUSE = 200;

  private final String url;
  private final int timeoutMillis;
  private final int attempts;
  private final SecureRandom random = new SecureRandom();

  /** @param attempts how often one timestamp is tried for, with a growing pause between */
  public TimestampClient(String url, int timeoutMillis, int attempts) {
    this.url = url;
    this.timeoutMillis = timeoutMillis;
    this.attempts = attempts;
  }

  /**
   * A TimeStampResp over the signature's bytes whose status, imprint and nonce are right. Whose authority it is, a verifier judges.
   *
   * @throws IOException where there is none to be had, or the reply does not answer the question
   */
  public byte[] timestamp(byte[] signature) throws IOException {
    byte[] imprint = Sha256.of(signature);
    for (int attempt = 1; ; attempt++) {
      BigInteger nonce = new BigInteger(64, random);
      try {
        return TimestampReply.check(post(TimestampRequest.render(imprint, nonce)), imprint, nonce);
      } catch (RefusedException wrong) {
        throw wrong;
      } catch (IOException failure) {
        if (attempt >= attempts) throw failure;
        pause(FIRST_PAUSE << (attempt - 1));
      }
    }
  }

  private byte[] post(byte[] request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    try {
      connection.setConnectTimeout(timeoutMillis);
      connection.setReadTimeout(timeoutMillis);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(request.length);
      connection.setRequestProperty("Content-Type", "application/timestamp-query");
      connection.setRequestProperty("Accept", "application/timestamp-reply");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(request);
      }
      int status = connection.getResponseCode();
      if (status != 200 && status != 201) throw new IOException("the timestamp authority answered with HTTP " + status);
      try (InputStream in = connection.getInputStream()) {
        return readBounded(in);
      }
    } finally {
      connection.disconnect();
    }
  }

  private static byte[] readBounded(InputStream in) throws IOException {
    ByteArrayOutputStream reply = new ByteArrayOutputStream(8192);
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      reply.write(buffer, 0, n);
      if (reply.size() > MAX_REPLY) throw new RefusedException("the timestamp authority's reply is too large");
    }
    return reply.toByteArray();
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the timestamp authority", interrupted);
    }
  }
}
