package dev.makoto.evidence.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.net.Loopback.Answer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HttpRequestTest {
  @Test
  void doesNotCarryCredentialsToWhereItIsSentOn() throws Exception {
    try (Loopback other = new Loopback(asked -> new Answer(200, "{}"));
        Loopback service = new Loopback(asked -> {
          Answer moved = new Answer(302, "");
          moved.headers.put("Location", other.url());
          return moved;
        })) {
      HttpReply reply = HttpRequest.get(service.url()).header("Authorization", "secret").send(3);
      assertThrows(RefusedException.class, () -> reply.expectFrom("the service"));
      assertEquals(0, other.asked.size());
    }
  }

  @Test
  void reportsWhoIsNotAuthorizedThoughTheBodyWasStreamed() throws Exception {
    try (Loopback service = new Loopback(asked -> {
      Answer unauthorized = new Answer(401, "no");
      unauthorized.headers.put("WWW-Authenticate", "Bearer");
      return unauthorized;
    })) {
      assertEquals(401, HttpRequest.post(service.url(), "text/plain", new byte[1]).send(3).status);
      assertEquals(1, service.asked.size());
    }
  }

  @Test
  void readsNoReplyWithoutEnd() throws Exception {
    try (Loopback service = new Loopback(asked -> new Answer(200, "x".repeat(1 << 20)))) {
      assertEquals("a service's reply is too large", assertThrows(RefusedException.class, () -> HttpRequest.get(service.url()).send(3)).getMessage());
    }
  }

  @Test
  void asksThreeTimesWhereTheServiceIsBusyAndOnceWhereItRefuses() throws Exception {
    AtomicInteger status = new AtomicInteger(503);
    try (Loopback service = new Loopback(asked -> new Answer(status.get(), "{\"error\":\"slow_down\"}"))) {
      HttpReply busy = HttpRequest.get(service.url()).send(3);
      assertEquals("it answered with HTTP 503 (slow_down)", assertThrows(IOException.class, () -> busy.expectFrom("it")).getMessage());
      assertEquals(3, service.asked.size());
      status.set(403);
      HttpRequest.get(service.url()).send(3);
      assertEquals(4, service.asked.size());
    }
  }
}
