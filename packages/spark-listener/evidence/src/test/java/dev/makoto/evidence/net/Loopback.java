package dev.makoto.evidence.net;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service on this machine: what it was asked, and what it answers. */
public final class Loopback implements AutoCloseable {
  /** Null or an error of the answering code is HTTP 500: a double must not make a test pass by failing. */
  public interface Answers {
    Answer to(Asked asked) throws Exception;
  }

  public final List<Asked> asked = new CopyOnWriteArrayList<>();
  public volatile Throwable broken;
  private final HttpServer server;

  public Loopback(Answers answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> serve(exchange, answers));
    server.start();
  }

  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public String url() {
    return "http://" + host();
  }

  @Override
  public void close() {
    server.stop(0);
    if (broken != null) throw new AssertionError("the double found something wrong", broken);
  }

  private void serve(HttpExchange exchange, Answers answers) throws IOException {
    Asked question = new Asked(exchange);
    asked.add(question);
    Answer answer;
    try {
      answer = answers.to(question);
    } catch (Throwable wrong) {
      broken = wrong;
      answer = new Answer(500, "");
    }
    answer.headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    exchange.sendResponseHeaders(answer.status, answer.body.length == 0 ? -1 : answer.body.length);
    if (answer.body.length > 0) exchange.getResponseBody().write(answer.body);
    exchange.close();
  }

  /** A request as it came. */
  public static final class Asked {
    public final String method;
    public final String uri;
    public final byte[] body;
    public final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Asked(HttpExchange exchange) throws IOException {
      method = exchange.getRequestMethod();
      uri = exchange.getRequestURI().toString();
      body = exchange.getRequestBody().readAllBytes();
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    }

    public JsonObject json() throws IOException {
      return Json.parseObject(body, 1 << 20);
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /** What is answered. */
  public static final class Answer {
    final int status;
    final byte[] body;
    public final Map<String, String> headers = new TreeMap<>();

    public Answer(int status, String body) {
      this.status = status;
      this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    public static Answer json(JsonObject object) {
      return new Answer(200, new String(Json.canonicalize(object), StandardCharsets.UTF_8));
    }
  }
}
