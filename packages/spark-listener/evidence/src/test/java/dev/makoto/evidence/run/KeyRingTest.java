package dev.makoto.evidence.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.KeyId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {
  @TempDir Path folder;

  @Test
  void stripsExactlyOneNewlineFromThePasswordFile() throws Exception {
    JsonObject row = Repository.rows(Repository.fixture("encrypted-key.json")).get(0);
    String password = row.string("password");
    for (String end : new String[] {"", "\n", "\r\n"}) assertEquals(row.string("id"), open(row, password + end), "ends in " + end.length());
    for (String end : new String[] {"\n\n", "\r\n\r\n", "\n\r\n", "\r"}) {
      ConfigurationException refused = assertThrows(ConfigurationException.class, () -> open(row, password + end));
      assertEquals("signing.key", refused.key);
    }
  }

  private String open(JsonObject row, String passwordFile) throws Exception {
    Files.writeString(folder.resolve("key.pem"), row.string("encryptedKey"));
    Files.writeString(folder.resolve("password"), passwordFile);
    Map<String, String> settings = Map.of(
        "makoto.signing.key", "file:" + folder.resolve("key.pem"), "makoto.signing.password-file", "file:" + folder.resolve("password"));
    return KeyId.of(KeyRing.signer(Configuration.of(settings, null)).publicKey());
  }
}
