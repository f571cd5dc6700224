package dev.makoto.evidence.kms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;
import dev.makoto.evidence.net.Loopback;
import java.io.IOException;
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

/** Signing with a key in Vault's transit engine, against a double that checks each request and holds a key. */
class VaultKeyTest {
  private static final byte[] BYTES = "what is signed".getBytes(StandardCharsets.UTF_8);
  private final VaultDouble vault = new VaultDouble();
  private final Map<String, String> variables = new HashMap<>();
  private Loopback service;
  private String tokenFile;
  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    service = new Loopback(vault::answer);
    variables.put("VAULT_ADDR", service.url() + "/");
    tokenFile = folder.resolve("token").toString();
    Files.writeString(Path.of(tokenFile), "the-token\n");
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void signsWithTheTokenOfAFileAndReadsItAnew() throws Exception {
    Signer signer = assertSigns();
    vault.token = "renewed";
    Files.writeString(Path.of(tokenFile), "renewed");
    assertTrue(new PublicKeys().add(vault.key.spki()).verify(BYTES, signer.sign(BYTES)));
  }

  @Test
  void signsWithTheTokenOfTheVariable() throws Exception {
    tokenFile = null;
    variables.put("VAULT_TOKEN", "the-token");
    assertSigns();
  }

  @Test
  void goesToTheNamespaceAndTheEngineThatAreNamed() throws Exception {
    variables.putAll(Map.of("VAULT_NAMESPACE", "team/data", "TRANSIT_SECRET_ENGINE_PATH", "kms/transit"));
    vault.namespace = "team/data";
    vault.mount = "kms/transit";
    assertSigns();
  }

  @Test
  void refusesASignatureOfAnotherVersion() throws Exception {
    Signer signer = assertSigns();
    vault.version = 4;
    assertThrows(SignatureException.class, () -> signer.sign(BYTES));
  }

  @Test
  void refusesAKeyOfAnotherTypeByName() {
    vault.type = "rsa-4096";
    assertEquals("the key's type is not ecdsa-p256, with which the agent signs in a key service", assertThrows(RefusedException.class, this::open).getMessage());
  }

  @Test
  void saysWhatTheTokenMayNot() {
    vault.token = "another";
    assertEquals("Vault answered with HTTP 403", assertThrows(RefusedException.class, this::open).getMessage());
  }

  /** The JVM would quote it in its own words. */
  @Test
  void doesNotQuoteATokenThatIsNone() throws Exception {
    Files.writeString(Path.of(tokenFile), "line one\nline two");
    String message = assertThrows(RefusedException.class, this::open).getMessage();
    assertEquals("the value for the header X-Vault-Token holds a control character", message);
    assertTrue(service.asked.isEmpty());
  }

  @Test
  void leavesAServiceAloneThatFailedAMomentAgo() throws Exception {
    Signer signer = assertSigns();
    vault.sealed = true;
    assertThrows(SignatureException.class, () -> signer.sign(BYTES));
    int asked = service.asked.size();
    assertThrows(SignatureException.class, () -> signer.sign(BYTES));
    assertEquals(asked, service.asked.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hashivault://", "hashivault://a/b", "hashivault://a?b", "hashivault://..", "hashivault:spark"})
  void refusesAUriThatNamesNoKey(String uri) {
    assertThrows(RefusedException.class, () -> KeyServices.open(uri, new Platform(variables), tokenFile));
    assertTrue(service.asked.isEmpty());
  }

  private Signer open() throws IOException {
    return KeyServices.open("hashivault://spark", new Platform(variables), tokenFile);
  }

  private Signer assertSigns() throws Exception {
    Signer signer = open();
    assertArrayEquals(vault.key.spki(), signer.publicKey());
    assertTrue(new PublicKeys().add(vault.key.spki()).verify(BYTES, signer.sign(BYTES)));
    return signer;
  }
}
