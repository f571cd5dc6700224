package dev.makoto.evidence.kms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;
import dev.makoto.evidence.net.Loopback;
import dev.makoto.evidence.net.Loopback.Answer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SignatureException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing with a key in AWS KMS, against a double that checks each request and holds a key. */
class AwsKeyTest {
  private static final byte[] BYTES = "what is signed".getBytes(StandardCharsets.UTF_8);
  private final AwsDouble service = new AwsDouble();
  private final Map<String, String> variables = new HashMap<>(Map.of("AWS_REGION", "eu-central-1"));
  private Loopback kms;
  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    kms = new Loopback(service::answer);
    variables.put("AWS_ENDPOINT_URL_KMS", kms.url());
  }

  @AfterEach
  void stop() {
    kms.close();
  }

  @Test
  void signsWithTheVariablesOfThePlatform() throws Exception {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", service.keyId, "AWS_SECRET_ACCESS_KEY", service.secret));
    assertSigns("awskms:///alias/makoto");
    assertSigns("kms://aws/alias/makoto");
  }

  @Test
  void takesTheHostOfTheUriForTheService() throws Exception {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", service.keyId, "AWS_SECRET_ACCESS_KEY", service.secret));
    variables.remove("AWS_ENDPOINT_URL_KMS");
    assertSigns("awskms://" + kms.host() + "/alias/makoto");
  }

  @Test
  void signsAsTheRoleOfTheMachine() throws Exception {
    temporary();
    try (Loopback machine = new Loopback(asked -> {
      if (asked.method.equals("PUT")) {
        assertEquals("/latest/api/token", asked.uri);
        assertEquals("300", asked.headers.get("X-aws-ec2-metadata-token-ttl-seconds"));
        return new Answer(200, "machine-token");
      }
      assertEquals("machine-token", asked.headers.get("X-aws-ec2-metadata-token"));
      if (asked.uri.equals("/latest/meta-data/placement/region")) return new Answer(200, "eu-central-1");
      return new Answer(200, asked.uri.endsWith("/") ? "spark-role" : credentials("Token"));
    })) {
      variables.remove("AWS_REGION");
      variables.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.url());
      assertSigns("awskms:///alias/makoto");
      assertTrue(machine.asked.stream().anyMatch(asked -> asked.uri.equals("/latest/meta-data/iam/security-credentials/spark-role")));
      assertEquals(5, machine.asked.size(), "credentials are kept until they end");
    }
  }

  @Test
  void signsAsTheRoleOfTheContainer() throws Exception {
    temporary();
    Files.writeString(folder.resolve("token"), "container-token\n");
    try (Loopback containers = new Loopback(asked -> {
      assertEquals("GET /v1/credentials container-token", asked.method + " " + asked.uri + " " + asked.headers.get("Authorization"));
      return new Answer(200, credentials("Token"));
    })) {
      variables.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", containers.url() + "/v1/credentials");
      variables.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", folder.resolve("token").toString());
      assertSigns("awskms:///alias/makoto");
    }
  }

  @Test
  void signsAsTheRoleOfAWebIdentity() throws Exception {
    temporary();
    Files.writeString(folder.resolve("token"), "web.identity/token\n");
    try (Loopback sts = new Loopback(asked -> {
      String form = URLDecoder.decode(asked.text(), StandardCharsets.UTF_8);
      assertEquals("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::1:role/r&RoleSessionName=makoto&WebIdentityToken=web.identity/token", form);
      assertEquals("application/json", asked.headers.get("Accept"));
      return new Answer(200, "{\"AssumeRoleWithWebIdentityResponse\":{\"AssumeRoleWithWebIdentityResult\":{\"Credentials\":" + credentials("SessionToken") + "}}}");
    })) {
      variables.putAll(Map.of("AWS_ROLE_ARN", "arn:aws:iam::1:role/r", "AWS_WEB_IDENTITY_TOKEN_FILE", folder.resolve("token").toString(), "AWS_ENDPOINT_URL_STS", sts.url()));
      assertSigns("awskms:///alias/makoto");
    }
  }

  @Test
  void refusesASignatureOfTheKeyThatAnAliasWasTurnedTo() throws Exception {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", service.keyId, "AWS_SECRET_ACCESS_KEY", service.secret));
    Signer signer = KeyServices.open("awskms:///alias/makoto", new Platform(variables), null);
    service.key = new HeldKey();
    assertThrows(SignatureException.class, () -> signer.sign(BYTES));
  }

  @Test
  void refusesAKeyOnAnotherCurve() {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", service.keyId, "AWS_SECRET_ACCESS_KEY", service.secret));
    service.key = new HeldKey("secp384r1");
    assertThrows(RefusedException.class, () -> open("awskms:///alias/makoto"));
  }

  @Test
  void saysThatThereAreNoCredentials() {
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    assertEquals("there are no AWS credentials for this process", assertThrows(RefusedException.class, () -> open("awskms:///alias/makoto")).getMessage());
  }

  @Test
  void namesTheServicesErrorAndNoSecret() throws Exception {
    try (Loopback denying = new Loopback(asked -> new Answer(400, "{\"__type\":\"com.amazonaws.kms#AccessDeniedException\",\"message\":\"secret+of/one may not\"}"))) {
      variables.putAll(Map.of("AWS_ACCESS_KEY_ID", service.keyId, "AWS_SECRET_ACCESS_KEY", service.secret, "AWS_ENDPOINT_URL_KMS", denying.url()));
      RefusedException refused = assertThrows(RefusedException.class, () -> open("awskms:///alias/makoto"));
      assertEquals("AWS KMS answered with HTTP 400 (AccessDeniedException)", refused.getMessage());
      assertEquals(1, denying.asked.size(), "what is refused is not asked for again");
    }
  }

  @Test
  void asksAgainWhereTheServiceIsBusy() throws Exception {
    try (Loopback busy = new Loopback(new Loopback.Answers() {
      private int times;

      @Override
      public Answer to(Loopback.Asked asked) throws Exception {
        return times++ == 0 ? new Answer(400, "{\"__type\":\"ThrottlingException\"}") : service.answer(asked);
      }
    })) {
      variables.putAll(Map.of("AWS_ACCESS_KEY_ID", service.keyId, "AWS_SECRET_ACCESS_KEY", service.secret, "AWS_ENDPOINT_URL_KMS", busy.url()));
      assertSigns("awskms:///alias/makoto");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"awskms:///", "awskms://alias", "awskms:///alias/a b", "awskms:///alias/x?y", "awskms://evil@host/alias/x", "kms://gcp/x", "awskms:alias/x"})
  void refusesAUriThatNamesNoKey(String uri) {
    assertThrows(RefusedException.class, () -> open(uri));
    assertTrue(kms.asked.isEmpty());
  }

  @Test
  void sendsNothingToAServiceThatCouldBeOverheard() {
    variables.putAll(Map.of("AWS_ACCESS_KEY_ID", "x", "AWS_SECRET_ACCESS_KEY", "y", "AWS_ENDPOINT_URL_KMS", "http://kms.example"));
    assertEquals("credentials go over https: only, but to this machine itself", assertThrows(RefusedException.class, () -> open("awskms:///alias/makoto")).getMessage());
  }

  @Test
  void findsItsHostByTheRegion() throws Exception {
    assertEquals("kms.eu-west-1.amazonaws.com", AwsKey.hostOf("kms", "eu-west-1"));
    assertEquals("sts.cn-north-1.amazonaws.com.cn", AwsKey.hostOf("sts", "cn-north-1"));
    assertThrows(RefusedException.class, () -> AwsKey.hostOf("kms", "evil.example/"));
    assertThrows(RefusedException.class, () -> AwsKey.hostOf("kms", null));
  }

  private Signer open(String uri) throws IOException {
    return KeyServices.open(uri, new Platform(variables), null);
  }

  private void assertSigns(String uri) throws Exception {
    Signer signer = open(uri);
    assertArrayEquals(service.key.spki(), signer.publicKey());
    assertTrue(new PublicKeys().add(service.key.spki()).verify(BYTES, signer.sign(BYTES)));
  }

  private void temporary() {
    service.keyId = "ASIATEMPORARY";
    service.session = "session/token==";
  }

  private String credentials(String tokenName) {
    String expiration = tokenName.equals("Token") ? "\"2099-01-01T00:00:00Z\"" : "4.07e9";
    return "{\"AccessKeyId\":\"" + service.keyId + "\",\"SecretAccessKey\":\"" + service.secret + "\",\"" + tokenName + "\":\"" + service.session + "\",\"Expiration\":" + expiration + "}";
  }
}
