package dev.makoto.evidence.time;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.makoto.evidence.der.DerReader;
import dev.makoto.evidence.der.DerWriter;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A timestamp authority's answers, right or wrong in one point; unsigned, for a client does not judge the signature. */
public final class TimestampAuthority implements AutoCloseable {
  public enum Answer { RIGHT, REJECTED, OTHER_IMPRINT, OTHER_NONCE, NO_NONCE, HUGE, HTTP_ERROR, GARBAGE }

  public final AtomicInteger asked = new AtomicInteger();
  public volatile Answer answer = Answer.RIGHT;
  /** How often it will still be out of order before it answers. */
  public final AtomicInteger failures = new AtomicInteger();
  private final HttpServer server;

  public TimestampAuthority() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    byte[] reply = reply(exchange.getRequestBody().readAllBytes());
    boolean outOfOrder = answer == Answer.HTTP_ERROR || failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    exchange.sendResponseHeaders(outOfOrder ? 503 : 200, reply.length);
    exchange.getResponseBody().write(reply);
    exchange.close();
  }

  private byte[] reply(byte[] request) throws IOException {
    if (answer == Answer.HUGE) return new byte[1 << 20];
    if (answer == Answer.GARBAGE) return "not DER".getBytes(StandardCharsets.UTF_8);
    DerReader query = new DerReader(request).sequence();
    query.integer();
    DerReader imprint = query.sequence();
    imprint.skip();
    byte[] hash = imprint.octets();
    BigInteger nonce = query.integer();
    if (answer == Answer.OTHER_IMPRINT) hash[0] ^= 1;
    if (answer == Answer.OTHER_NONCE) nonce = nonce.add(BigInteger.ONE);
    byte[] status = DerWriter.sequence(DerWriter.integer(BigInteger.valueOf(answer == Answer.REJECTED ? 2 : 0)));
    return DerWriter.sequence(status, token(tokenInfo(hash, nonce)));
  }

  private byte[] tokenInfo(byte[] hash, BigInteger nonce) {
    byte[] algorithm = DerWriter.sequence(DerWriter.oid(TimestampRequest.OID_SHA256), DerWriter.nothing());
    return DerWriter.sequence(
        DerWriter.integer(BigInteger.ONE),
        DerWriter.oid("1.2.3.4"),
        DerWriter.sequence(algorithm, DerWriter.octets(hash)),
        DerWriter.integer(BigInteger.TEN),
        DerWriter.element(DerReader.GENERALIZED_TIME, "20261121032000Z".getBytes(StandardCharsets.US_ASCII)),
        DerWriter.sequence(DerWriter.integer(BigInteger.ONE)),
        answer == Answer.NO_NONCE ? new byte[0] : DerWriter.integer(nonce));
  }

  private static byte[] token(byte[] info) {
    byte[] content = DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.9.16.1.4"), DerWriter.element(0xa0, DerWriter.octets(info)));
    byte[] signedData = DerWriter.sequence(DerWriter.integer(BigInteger.valueOf(3)), DerWriter.element(DerReader.SET), content);
    return DerWriter.sequence(DerWriter.oid("1.2.840.113549.1.7.2"), DerWriter.element(0xa0, signedData));
  }
}
