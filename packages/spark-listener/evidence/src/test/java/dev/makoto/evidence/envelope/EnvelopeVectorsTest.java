package dev.makoto.evidence.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.KeyFile;
import dev.makoto.evidence.key.KeyId;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** FORMATS §3, from the vectors that all languages run. */
class EnvelopeVectorsTest {
  @TestFactory
  Stream<DynamicTest> authenticatesTypeAndPayload() throws IOException {
    return Repository.tests(Repository.rows(Repository.fixture("pae.json")), row -> assertArrayEquals(
        Base64Text.decode(row.string("pae")), Dsse.pae(row.string("payloadType"), Base64Text.decode(row.string("payload")))));
  }

  @Test
  void acceptsTheFixturesBundles() throws IOException {
    JsonObject fixture = Repository.fixtureObject("bundle.json");
    PublicKeys keys = new PublicKeys().addPem(fixture.string("publicKey"));
    for (String which : new String[] {"plain", "stamped"}) {
      Dsse envelope = Bundle.parse(bytes(fixture.string(which))).envelope;
      assertEquals(fixture.string("statement"), new String(envelope.payload, StandardCharsets.UTF_8));
      assertTrue(envelope.verifies(keys), which);
      assertFalse(envelope.verifies(new PublicKeys().addPem(fixture.string("otherPublicKey"))), which);
    }
  }

  /** What is wrong only with a timestamp is a verifier's to find: a writer that looks for earlier versions does not judge time. */
  @TestFactory
  Stream<DynamicTest> refusesWhatWasChangedInABundle() throws IOException {
    JsonObject fixture = Repository.fixtureObject("bundle.json");
    PublicKeys keys = new PublicKeys().addPem(fixture.string("publicKey"));
    return Repository.rows(fixture.list("refused")).stream()
        .filter(row -> !row.string("as").startsWith("timestamp"))
        .map(row -> DynamicTest.dynamicTest(row.string("why"), () -> {
          boolean accepted;
          try {
            accepted = Bundle.parse(bytes(row.string("bundle"))).envelope.verifies(keys);
          } catch (RefusedException refused) {
            accepted = false;
          }
          assertFalse(accepted);
        }));
  }

  @Test
  void writesTheSameBundleAsTheFixtureButForTheRandomSignature() throws Exception {
    JsonObject fixture = Repository.fixtureObject("bundle.json");
    Signer signer = KeyFile.open(fixture.string("privateKey"), null);
    assertEquals(fixture.string("id"), KeyId.of(signer.publicKey()));
    assertEquals(fixture.string("hint"), KeyId.hint(signer.publicKey()));
    byte[] theirs = Bundle.parse(bytes(fixture.string("plain"))).envelope.signature;
    Dsse envelope = new Dsse(Dsse.STATEMENT_TYPE, bytes(fixture.string("statement")), theirs);
    assertEquals(fixture.string("plain"), new String(Bundle.render(envelope, fixture.string("hint"), null), StandardCharsets.UTF_8));
    Dsse ours = Dsse.sign(Dsse.STATEMENT_TYPE, bytes(fixture.string("statement")), signer);
    assertTrue(Bundle.parse(Bundle.render(ours, fixture.string("hint"), null)).envelope.verifies(new PublicKeys().addPem(fixture.string("publicKey"))));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
