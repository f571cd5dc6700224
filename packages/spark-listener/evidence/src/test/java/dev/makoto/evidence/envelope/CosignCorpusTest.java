package dev.makoto.evidence.envelope;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.key.KeyFile;
import dev.makoto.evidence.key.KeyId;
import dev.makoto.evidence.key.PublicKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that cosign judged. P-384 and RSA keys are the verifier's business: the agent knows P-256 and Ed25519. */
class CosignCorpusTest {
  private Path corpus;

  @BeforeEach
  void find() {
    corpus = Repository.corpus("cosign");
    assumeTrue(corpus != null, "the cosign corpus is not here");
  }

  @ParameterizedTest
  @CsvSource({"good,p256", "plain,p256", "multi-subject,p256", "ed,ed", "cosign-key,cosign", "cosign-made,cs", "rekor,cs", "t-keyid,p256"})
  void acceptsWhatCosignAccepts(String bundle, String key) throws IOException {
    assertTrue(accepts(bundle, key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"t-payload", "t-sig", "t-two-sigs", "t-no-sigs", "t-ptype-signed", "t-media99", "t-extra", "t-urlsafe"})
  void refusesWhatWasTamperedWith(String bundle) throws IOException {
    assertFalse(accepts(bundle, "p256"));
  }

  @Test
  void refusesAGoodBundleUnderAnotherKey() throws IOException {
    assertFalse(accepts("good", "wrong"));
  }

  @Test
  void opensTheKeyThatCosignEncrypted() throws IOException {
    byte[] spki = KeyFile.open(text("cosign.key"), "makoto-test".toCharArray()).publicKey();
    assertEquals("pzUGpLk8gXiG9ogzhMyQvTZnei6TpZH13VhKQoMDi9Y=", KeyId.hint(spki));
  }

  private boolean accepts(String bundle, String key) throws IOException {
    try {
      return Bundle.parse(Files.readAllBytes(corpus.resolve(bundle + ".sigstore.json")))
          .envelope.verifies(new PublicKeys().addPem(text(key + ".pub")));
    } catch (RefusedException refused) {
      return false;
    }
  }

  private String text(String name) throws IOException {
    return Files.readString(corpus.resolve(name));
  }
}
