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
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing with a key in Azure's Key Vault, against a double that checks each request and holds a key. */
class AzureKeyTest {
  private static final byte[] BYTES = "what is signed".getBytes(StandardCharsets.UTF_8);
  private static final String VERSION = "0123456789abcdef0123456789abcdef";
  private final HeldKey key = new HeldKey();
  private final Map<String, String> variables = new HashMap<>();
  private String kid = "/keys/spark-key/" + VERSION;
  private Loopback vault;
  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    vault = new Loopback(this::answer);
  }

  @AfterEach
  void stop() {
    vault.close();
  }

  private Answer answer(Asked asked) throws Exception {
    assertEquals("Bearer the-token", asked.headers.get("Authorization"));
    switch (asked.method + " " + asked.uri) {
      case "GET /keys/spark-key?api-version=7.4":
      case "GET /keys/spark-key/" + VERSION + "?api-version=7.4":
        JsonObject jwk = new JsonObject().with("kid", vault.url() + kid).with("kty", "EC-HSM").with("crv", "P-256");
        return Answer.json(new JsonObject().with("key", jwk.with("x", key.coordinate(true)).with("y", key.coordinate(false))));
      case "POST /keys/spark-key/" + VERSION + "/sign?api-version=7.4":
        assertEquals("ES256", asked.json().string("alg"));
        byte[] signature = key.signAsJose(Base64.getUrlDecoder().decode(asked.json().string("value")));
        return Answer.json(new JsonObject().with("kid", vault.url() + kid).with("value", Base64.getUrlEncoder().withoutPadding().encodeToString(signature)));
      default:
        throw new AssertionError(asked.method + " " + asked.uri);
    }
  }

  /** More than once: halves of a signature with a leading bit or a leading zero differ in DER. */
  @RepeatedTest(8)
  void signsAsTheMachinesIdentity() throws Exception {
    try (Loopback machine = new Loopback(asked -> {
      assertEquals("true", asked.headers.get("Metadata"));
      assertEquals("/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fvault.azure.net&client_id=the-client", asked.uri);
      return new Answer(200, "{\"access_token\":\"the-token\",\"expires_in\":\"86399\"}");
    })) {
      variables.putAll(Map.of("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.url(), "AZURE_CLIENT_ID", "the-client"));
      assertSigns("azurekms://" + vault.host() + "/spark-key");
      assertEquals(1, machine.asked.size(), "the token is kept until it ends");
    }
  }

  @Test
  void signsAsAWorkloadIdentityWithTheVersionThatIsNamed() throws Exception {
    Files.writeString(folder.resolve("assertion"), "the.assertion");
    try (Loopback entra = new Loopback(asked -> {
      assertEquals("POST /the-tenant/oauth2/v2.0/token", asked.method + " " + asked.uri);
      assertEquals(
          "grant_type=client_credentials&client_id=the-client&scope=https://vault.azure.net/.default"
              + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=the.assertion",
          URLDecoder.decode(asked.text(), StandardCharsets.UTF_8));
      return new Answer(200, "{\"access_token\":\"the-token\",\"expires_in\":3599}");
    })) {
      variables.putAll(Map.of(
          "AZURE_FEDERATED_TOKEN_FILE", folder.resolve("assertion").toString(), "AZURE_TENANT_ID", "the-tenant", "AZURE_CLIENT_ID", "the-client", "AZURE_AUTHORITY_HOST", entra.url() + "/"));
      assertSigns("azurekms://" + vault.host() + "/spark-key/" + VERSION);
    }
  }

  @Test
  void refusesAnotherKeyThanTheOneAskedFor() throws Exception {
    kid = "/keys/another/" + VERSION;
    try (Loopback machine = new Loopback(asked -> new Answer(200, "{\"access_token\":\"the-token\",\"expires_in\":3599}"))) {
      variables.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.url());
      assertEquals("Key Vault answered with another key", assertThrows(RefusedException.class, () -> open("azurekms://" + vault.host() + "/spark-key")).getMessage());
    }
  }

  /** A token for vaults would open all of ours to a host that is none. */
  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "vault.azure.net.evil.example", "a.b.vault.azure.net", "evil.example:443#.vault.azure.net", "x@evil.example"})
  void givesNoTokenToAHostThatIsNoVault(String host) throws Exception {
    try (Loopback machine = new Loopback(asked -> new Answer(200, "{\"access_token\":\"the-token\",\"expires_in\":3599}"))) {
      variables.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", machine.url());
      assertThrows(RefusedException.class, () -> open("azurekms://" + host + "/spark-key"));
      assertTrue(machine.asked.isEmpty());
    }
  }

  @Test
  void asksForATokenOfTheVaultsOwnCloud() throws Exception {
    assertEquals("https://vault.azure.net", AzureToken.audienceOf("lake.vault.azure.net"));
    assertEquals("https://vault.usgovcloudapi.net", AzureToken.audienceOf("lake.vault.usgovcloudapi.net"));
    assertEquals("https://managedhsm.azure.net", AzureToken.audienceOf("Lake.managedhsm.azure.net"));
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
