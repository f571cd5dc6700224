package dev.makoto.evidence.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.envelope.Base64Text;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TimestampClientTest {
  private static final byte[] SIGNATURE = "a signature".getBytes(StandardCharsets.UTF_8);
  private TimestampAuthority authority;

  @BeforeEach
  void start() throws IOException {
    authority = new TimestampAuthority();
  }

  @AfterEach
  void stop() {
    authority.close();
  }

  @Test
  void bringsBackAReplyThatAnswersItsQuestion() throws IOException {
    assertTrue(ask(TimestampAuthorities.NONE).length > 50);
  }

  @ParameterizedTest
  @EnumSource(value = TimestampAuthority.Answer.class, names = {"REJECTED", "OTHER_IMPRINT", "OTHER_NONCE", "NO_NONCE", "HUGE", "GARBAGE"})
  void refusesAReplyThatDoesNot(TimestampAuthority.Answer answer) {
    authority.answer = answer;
    assertThrows(RefusedException.class, () -> ask(pause -> true));
    assertEquals(1, authority.asked.get(), "a wrong answer is not asked for again");
  }

  @Test
  void triesAgainWhereTheAuthorityIsDown() {
    authority.answer = TimestampAuthority.Answer.HTTP_ERROR;
    assertThrows(IOException.class, () -> ask(TimestampAuthorities.NONE));
    assertEquals(2, authority.asked.get());
  }

  @Test
  void passesOverAnAuthorityThatAnswersWronglyAndAsksItNoMore() throws IOException {
    try (TimestampAuthority wrong = new TimestampAuthority()) {
      wrong.answer = TimestampAuthority.Answer.OTHER_IMPRINT;
      TimestampAuthorities both = new TimestampAuthorities(List.of(wrong.url(), authority.url()), 2000);
      both.timestamp(SIGNATURE, TimestampAuthorities.NONE);
      both.timestamp(SIGNATURE, TimestampAuthorities.NONE);
      assertEquals(1, wrong.asked.get());
      assertEquals(2, authority.asked.get());
    }
  }

  @Test
  void leavesAllAloneThatFailedUnlessItHasPatience() throws IOException {
    TimestampAuthorities one = new TimestampAuthorities(List.of(authority.url()), 2000);
    authority.answer = TimestampAuthority.Answer.HTTP_ERROR;
    assertThrows(IOException.class, () -> one.timestamp(SIGNATURE, TimestampAuthorities.NONE));
    authority.answer = TimestampAuthority.Answer.RIGHT;
    assertThrows(IOException.class, () -> one.timestamp(SIGNATURE, TimestampAuthorities.NONE));
    assertEquals(2, authority.asked.get());
    assertTrue(one.timestamp(SIGNATURE, pause -> true).length > 50);
  }

  private byte[] ask(TimestampAuthorities.Patience patience) throws IOException {
    return new TimestampAuthorities(List.of(authority.url()), 2000).timestamp(SIGNATURE, patience);
  }

  /** A real authority's token: the one in the fixture's stamped bundle covers that bundle's signature, and nothing else. */
  @Test
  void readsTheTokenOfARealAuthority() throws IOException {
    JsonObject bundle = Json.parseObject(Repository.fixtureObject("bundle.json").string("stamped").getBytes(StandardCharsets.UTF_8), 1 << 20);
    JsonObject entry = (JsonObject) bundle.object("verificationMaterial").object("timestampVerificationData").list("rfc3161Timestamps").get(0);
    byte[] reply = Base64Text.decode(entry.string("signedTimestamp"));
    byte[] signature = Base64Text.decode(((JsonObject) bundle.object("dsseEnvelope").list("signatures").get(0)).string("sig"));
    RefusedException refused =
        assertThrows(RefusedException.class, () -> TimestampReply.check(reply, Sha256.of(signature), BigInteger.valueOf(-1)));
    assertEquals("the timestamp has another nonce", refused.getMessage());
  }

  /** OpenSSL reads our request as we meant it. */
  @Test
  void asksInDerThatOpensslReads(@TempDir Path folder) throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/openssl")), "openssl is not here");
    byte[] imprint = Sha256.of(SIGNATURE);
    Path query = folder.resolve("query.tsq");
    Files.write(query, TimestampRequest.render(imprint, new BigInteger("1234567890abcdef", 16)));
    Process process = new ProcessBuilder("/usr/bin/openssl", "ts", "-query", "-in", query.toString(), "-text").redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    assertTrue(text.contains("Hash Algorithm: sha256"), text);
    assertTrue(text.contains("Nonce: 0x1234567890ABCDEF"), text);
    assertTrue(text.contains("Certificate required: yes"), text);
  }
}
