package dev.makoto.evidence.net;

import dev.makoto.evidence.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One request over HTTP. Time and size have limits, redirects are not followed (they would carry credentials elsewhere), and nothing
 * that was sent stands in an error.
 */
public final class HttpRequest {
  private static final int DEFAULT_TIMEOUT = 5000;
  private static final int MAX_REPLY = 256 * 1024;
  private static final long FIRST_PAUSE = 200;

  private final String method;
  private final String url;
  private final byte[] body;
  private final Map<String, String> headers = new LinkedHashMap<String, String>();
  private boolean direct;
  private int timeout = DEFAULT_TIMEOUT;

  private HttpRequest(String method, String url, byte[] body) {
    this.method = method;
    this.url = url;
    this.body = body;
  }

  public static HttpRequest get(String url) {
    return new HttpRequest("GET", url, null);
  }

  public static HttpRequest put(String url) {
    return new HttpRequest("PUT", url, new byte[0]);
  }

  public static HttpRequest post(String url, String contentType, byte[] body) {
    HttpRequest request = new HttpRequest("POST", url, body);
    request.headers.put("Content-Type", contentType);
    return request;
  }

  public HttpRequest header(String name, String value) throws RefusedException {
    for (int i = 0; i < value.length(); i++) {
      // The JVM would refuse it too, and quote it.
      if (value.charAt(i) < 0x20 || value.charAt(i) > 0x7e) throw new RefusedException("the value for the header " + name + " holds a control character");
    }
    headers.put(name, value);
    return this;
  }

  /** For services of the machine's own network: never through a proxy. */
  public HttpRequest direct() {
    direct = true;
    return this;
  }

  /** @param millis how long connecting, each read and the whole reply may take */
  public HttpRequest within(int millis) {
    timeout = millis;
    return this;
  }

  /** Sends it once, on a connection of its own. */
  public HttpReply send() throws IOException {
    return send(false);
  }

  /** @param reusing whether the connection may be one that was used before, and serve again; it may have died meanwhile */
  private HttpReply send(boolean reusing) throws IOException {
    boolean alive = false;
    URL target = new URL(url);
    HttpURLConnection connection = (HttpURLConnection) (direct ? target.openConnection(Proxy.NO_PROXY) : target.openConnection());
    try {
      connection.setConnectTimeout(timeout);
      connection.setReadTimeout(timeout);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestMethod(method);
      for (Map.Entry<String, String> header : headers.entrySet()) connection.setRequestProperty(header.getKey(), header.getValue());
      if (!reusing) connection.setRequestProperty("Connection", "close");
      if (body != null) write(connection);
      HttpReply reply = read(connection);
      alive = reusing;
      return reply;
    } finally {
      if (!alive) connection.disconnect();
    }
  }

  /** Sends it again, with growing pauses, where the service cannot be reached or says that it cannot just now. */
  public HttpReply send(int attempts) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        HttpReply reply = send(attempt < attempts);
        if (attempt >= attempts || !reply.isTransient()) return reply;
      } catch (RefusedException wrong) {
        throw wrong;
      } catch (IOException failure) {
        if (attempt >= attempts) throw failure;
      }
      pause(FIRST_PAUSE << (attempt - 1));
    }
  }

  /** Waits between half of the time and all of it, so that many who failed at once do not come back at once. */
  public static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting to ask again", interrupted);
    }
  }

  private void write(HttpURLConnection connection) throws IOException {
    connection.setDoOutput(true);
    // Otherwise the JVM may send a POST again by itself.
    connection.setFixedLengthStreamingMode(body.length);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
  }

  private HttpReply read(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    if (in == null) return new HttpReply(status, new byte[0]);
    try {
      return new HttpReply(status, readBounded(in));
    } finally {
      in.close();
    }
  }

  private byte[] readBounded(InputStream in) throws IOException {
    long deadline = System.nanoTime() + timeout * 1000000L;
    ByteArrayOutputStream reply = new ByteArrayOutputStream(8192);
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      reply.write(buffer, 0, n);
      if (reply.size() > MAX_REPLY) throw new RefusedException("a service's reply is too large");
      if (System.nanoTime() - deadline > 0) throw new IOException("a service's reply takes too long");
    }
    return reply.toByteArray();
  }
}
