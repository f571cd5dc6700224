package dev.makoto.evidence.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.KeyId;
import dev.makoto.evidence.kms.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
  @TempDir Path folder;
  private final Map<String, String> variables = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();

  @Test
  void stripsExactlyOneNewlineFromThePasswordFile() throws Exception {
    JsonObject row = encryptedKey();
    String password = row.string("password");
    for (String end : new String[] {"", "\n", "\r\n"}) assertEquals(row.string("id"), openWithFile(password + end), "ends in " + end.length());
    for (String end : new String[] {"\n\n", "\r\n\r\n", "\n\r\n", "\r"}) {
      ConfigurationException refused = assertThrows(ConfigurationException.class, () -> openWithFile(password + end));
      assertEquals("signing.key", refused.key);
    }
    assertEquals(List.of(), warnings);
  }

  @Test
  void readsAPasswordFileAsTheCommandLineDoes() throws Exception {
    JsonObject row = encryptedKey();
    assertEquals(row.string("id"), openWithFile("\uFEFF" + row.string("password") + "\r\n"));
    Files.write(folder.resolve("password"), new byte[] {(byte) 0xe4, (byte) 0xf6});
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class,
            () -> open("file:" + folder.resolve("key.pem"), Map.of("makoto.signing.password-file", "file:" + folder.resolve("password"))));
    assertEquals("makoto.signing.password-file: the file is not UTF-8 text", refused.getMessage());
  }

  @Test
  void takesThePasswordOfCosignsVariableAndWarnsOfIt() throws Exception {
    JsonObject row = encryptedKey();
    variables.put("COSIGN_PASSWORD", row.string("password"));
    assertEquals(row.string("id"), open("file:" + folder.resolve("key.pem"), Map.of()));
    assertEquals(1, warnings.size());
    assertTrue(warnings.get(0).contains("COSIGN_PASSWORD"));
    assertFalse(warnings.get(0).contains(row.string("password")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pkcs11:token=x", "databricks://secrets/a/b", "sigstore:", "https://key.example"})
  void refusesKeysThatOthersOpenAndSaysWhichItOpens(String uri) {
    ConfigurationException refused = assertThrows(ConfigurationException.class, () -> open(uri, Map.of()));
    assertEquals("makoto.signing.key: is not a key that the agent opens: file:, awskms://, gcpkms://, azurekms://, hashivault://", refused.getMessage());
  }

  private JsonObject encryptedKey() throws Exception {
    JsonObject row = Repository.rows(Repository.fixture("encrypted-key.json")).get(0);
    Files.writeString(folder.resolve("key.pem"), row.string("encryptedKey"));
    return row;
  }

  private String openWithFile(String password) throws Exception {
    Files.writeString(folder.resolve("password"), password);
    return open("file:" + folder.resolve("key.pem"), Map.of("makoto.signing.password-file", "file:" + folder.resolve("password")));
  }

  private String open(String key, Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("makoto.signing.key", key);
    return KeyId.of(KeyRing.signer(Configuration.of(settings, null), new Platform(variables), new Warnings(warnings)).publicKey());
  }
}
