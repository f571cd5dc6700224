package dev.makoto.evidence.kms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;
import dev.makoto.evidence.net.Loopback;
import dev.makoto.evidence.net.Loopback.Answer;
import dev.makoto.evidence.net.Loopback.Asked;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing with a key in Google's Cloud KMS, against a double that checks each request and holds a key. */
class GcpKeyTest {
  private static final byte[] BYTES = "what is signed".getBytes(StandardCharsets.UTF_8);
  private static final String KEY = "projects/example.com:lake/locations/europe-west3/keyRings/makoto/cryptoKeys/spark";
  private final HeldKey key = new HeldKey();
  private final Map<String, String> variables = new HashMap<>();
  private String algorithm = "EC_SIGN_P256_SHA256";
  private Loopback kms;
  private Loopback metadata;

  @BeforeEach
  void start() throws IOException {
    kms = new Loopback(this::answer);
    metadata = new Loopback(asked -> {
      assertEquals("GET /computeMetadata/v1/instance/service-accounts/default/token Google", asked.method + " " + asked.uri + " " + asked.headers.get("Metadata-Flavor"));
      return new Answer(200, "{\"access_token\":\"the-token\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
    });
    variables.putAll(Map.of("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS", kms.url() + "/", "GCE_METADATA_HOST", metadata.host()));
  }

  @AfterEach
  void stop() {
    metadata.close();
    kms.close();
  }

  private Answer answer(Asked asked) throws Exception {
    assertEquals("Bearer the-token", asked.headers.get("Authorization"));
    switch (asked.method + " " + asked.uri) {
      case "GET /v1/" + KEY + "/cryptoKeyVersions?filter=state%3DENABLED&pageSize=1000":
        return new Answer(200, "{\"cryptoKeyVersions\":[{\"name\":\"" + KEY + "/cryptoKeyVersions/9\"},{\"name\":\"" + KEY + "/cryptoKeyVersions/12\"}]}");
      case "GET /v1/" + KEY + "/cryptoKeyVersions/12/publicKey":
        return Answer.json(new JsonObject().with("pem", key.pem()).with("algorithm", algorithm));
      case "POST /v1/" + KEY + "/cryptoKeyVersions/12:asymmetricSign":
        byte[] signature = key.sign(Base64.getDecoder().decode(asked.json().object("digest").string("sha256")));
        return Answer.json(new JsonObject().with("signature", Base64.getEncoder().encodeToString(signature)));
      default:
        throw new AssertionError(asked.method + " " + asked.uri);
    }
  }

  @Test
  void signsWithTheNewestEnabledVersionAsTheMachinesAccount() throws Exception {
    assertSigns("gcpkms://" + KEY);
    assertEquals(1, metadata.asked.size(), "the token is kept until it ends");
  }

  @Test
  void signsWithTheVersionThatIsNamed() throws Exception {
    assertSigns("gcpkms://" + KEY + "/cryptoKeyVersions/12");
    assertSigns("gcpkms://" + KEY + "/versions/12");
  }

  @Test
  void signsWithATokenThatIsGiven() throws Exception {
    variables.put("GOOGLE_OAUTH_ACCESS_TOKEN", "the-token");
    assertSigns("gcpkms://" + KEY);
    assertTrue(metadata.asked.isEmpty());
  }

  @Test
  void refusesAKeyOfAnotherAlgorithmByName() {
    algorithm = "RSA_SIGN_PSS_2048_SHA256";
    assertEquals(
        "the key's algorithm is not EC_SIGN_P256_SHA256, with which the agent signs in a key service",
        assertThrows(RefusedException.class, () -> open("gcpkms://" + KEY)).getMessage());
  }

  @Test
  void namesTheServicesError() throws Exception {
    try (Loopback denying = new Loopback(asked -> new Answer(403, "{\"error\":{\"code\":403,\"message\":\"the-token may not\",\"status\":\"PERMISSION_DENIED\"}}"))) {
      variables.put("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS", denying.url());
      assertEquals("Cloud KMS answered with HTTP 403 (PERMISSION_DENIED)", assertThrows(RefusedException.class, () -> open("gcpkms://" + KEY)).getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gcpkms://projects/p", "gcpkms://" + KEY + "/cryptoKeyVersions/x", "gcpkms://" + KEY + "/../x", "gcpkms://" + KEY + "?a=b"})
  void refusesAUriThatNamesNoKey(String uri) {
    assertThrows(RefusedException.class, () -> open(uri));
    assertTrue(kms.asked.isEmpty());
  }

  private Signer open(String uri) throws IOException {
    return KeyServices.open(uri, new Platform(variables), null);
  }

  private void assertSigns(String uri) throws Exception {
    Signer signer = open(uri);
    assertArrayEquals(key.spki(), signer.publicKey());
    assertTrue(new PublicKeys().add(key.spki()).verify(BYTES, signer.sign(BYTES)));
  }
}
