package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.statement.Names;
import dev.makoto.evidence.store.PutResult;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can write to the store adds pointers; what is attested must be found all the same. */
class KnownAttestationsTest {
  private static final int STRANGERS = 20;

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
  }

  @Test
  void findsWhatCountsBehindNewerAttestationsThatDoNot() throws Exception {
    String ours = lake.settings.get("makoto.signing.key");
    otherKey();
    for (int i = 0; i < STRANGERS; i++) lake.produce("a", "overwrite", Map.of("part-0", "stranger " + i));
    lake.settings.put("makoto.signing.key", ours);
    Counting counting = new Counting(lake.store);
    lake.store = counting;
    lake.consume("a", "b");
    assertTrue(input(lake.newest("b"), 0).has("differsFrom"), "an alarm, no fresh origin");
    assertEquals(STRANGERS + 1, lake.store.list(names()).size());
    assertTrue(counting.reads.values().stream().allMatch(times -> times == 1), "what does not count is not read again: " + counting.reads);
  }

  @Test
  void isNotDivertedByPointersWithAWrongSubject() throws Exception {
    String pointer = lake.store.list(names()).get(0);
    String bundle = pointer.substring(pointer.length() - 64);
    String wrong = names() + "/29991231T235959.999Z_" + bundle + "_" + bundle;
    Files.copy(lake.storeFolder.resolve(pointer), lake.storeFolder.resolve(wrong));
    lake.write("a/part-0", "altered");
    lake.consume("a", "b");
    assertTrue(input(lake.newest("b"), 0).has("differsFrom"));
    assertEquals(2, lake.store.list(names()).size());
  }

  private String names() throws IOException {
    return "names/" + Names.hash(lake.name("a"));
  }

  private void otherKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    String body = Base64.getMimeEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    Files.writeString(folder.resolve("other.pem"), "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    lake.settings.put("makoto.signing.key", "file:" + folder.resolve("other.pem"));
  }

  /** Counts how often each attestation was read. */
  private static final class Counting implements Store {
    final Map<String, Integer> reads = new HashMap<>();
    private final Store store;

    Counting(Store store) {
      this.store = store;
    }

    @Override
    public byte[] get(String path, long maxBytes) throws IOException {
      if (path.startsWith("attestations/")) reads.merge(path, 1, Integer::sum);
      return store.get(path, maxBytes);
    }

    @Override
    public PutResult put(String path, byte[] bytes) throws IOException {
      return store.put(path, bytes);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
      return store.list(prefix);
    }

    @Override
    public boolean exists(String path) throws IOException {
      return store.exists(path);
    }
  }
}
