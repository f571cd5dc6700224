package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.statement.Names;
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
  private static final int LISTED_IN_A_STATEMENT = 1000;

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
    CountingStore counting = new CountingStore(lake.store);
    lake.store = counting;
    lake.consume("a", "b");
    assertTrue(input(lake.newest("b"), 0).has("differsFrom"), "an alarm, no fresh origin");
    assertEquals(STRANGERS + 1, lake.store.list(names()).size());
    assertTrue(counting.below("attestations/").values().stream().allMatch(times -> times == 1), "what does not count is not read again: " + counting.reads);
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

  /** Sixteen versions of a large dataset would not fit into a driver's heap. */
  @Test
  void readsTheListsOfTheVersionThatIsUsedOnly() throws Exception {
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i <= LISTED_IN_A_STATEMENT; i++) files.put("part-" + i, "" + i);
    for (int version = 0; version < 3; version++) {
      files.put("part-0", "of version " + version);
      lake.produce("big", "overwrite", files);
    }
    CountingStore counting = new CountingStore(lake.store);
    lake.store = counting;
    lake.consume("big", "out");
    assertEquals(sha256(lake.newest("big")), input(lake.newest("out"), 0).object("digest").string("sha256"));
    assertEquals(3, counting.below("attestations/").size());
    assertEquals(List.of(1), List.copyOf(counting.below("manifests/").values()));
    assertEquals(List.of(1), List.copyOf(counting.below("indexes/").values()));
    assertEquals(0, lake.data.opened.get());
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
}
