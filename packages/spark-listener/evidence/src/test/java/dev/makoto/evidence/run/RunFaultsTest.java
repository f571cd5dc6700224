package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static dev.makoto.evidence.run.Statements.input;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.store.DirectoryStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does when something of its own fails. */
class RunFaultsTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void runsUnsignedWithoutAUsableKeyAndSaysSo() throws Exception {
    lake.settings.put("makoto.signing.key", "file:" + folder.resolve("nowhere.pem"));
    try (Run run = lake.run()) {
      assertFalse(run.isSigned());
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "a", "overwrite", Map.of("part-0", "one"));
      run.execution(execution);
      run.seal("succeeded");
      String unsigned = lake.objects().keySet().stream().filter(path -> path.startsWith("attestations/")).findFirst().orElseThrow();
      assertTrue(unsigned.endsWith(".intoto.json"));
      assertTrue(lake.objects().containsKey("runs/" + run.runId() + "/dbom.intoto.json"));
      String seal = lake.objects().keySet().stream().filter(path -> path.contains("/000001_")).findFirst().orElseThrow();
      JsonObject record = Json.parseObject(Files.readAllBytes(lake.storeFolder.resolve(seal)), 1 << 20).object("predicate").object("run");
      assertEquals("signing-key-unavailable", gap(record, 0).string("reason"));
      assertTrue(lake.objects().keySet().stream().noneMatch(path -> path.startsWith("indexes/")), "nobody could believe an unsigned index");
    }
  }

  @Test
  void refusesToStartWithoutAUsableKeyWhereFailingIsAskedFor() {
    lake.settings.put("makoto.signing.key", "file:" + folder.resolve("nowhere.pem"));
    lake.settings.put("makoto.on-failure", "fail");
    ConfigurationException refused = assertThrows(ConfigurationException.class, () -> lake.run());
    assertEquals("signing.key", refused.key);
  }

  @Test
  void writesUnsignedStatementsAtLevelOneThatFollowOnOneAnother() throws Exception {
    lake.settings.put("makoto.level", "1");
    lake.write("raw/a.csv", "1");
    lake.consume("raw", "b");
    lake.consume("b", "c");
    String newest = lake.objects().keySet().stream().filter(path -> path.startsWith("attestations/")).map(path -> text(path)).filter(text -> text.contains("\"name\":\"" + uncheckedName("c") + "\"")).findFirst().orElseThrow();
    JsonObject statement = Json.parseObject(newest.getBytes(StandardCharsets.UTF_8), 1 << 20);
    assertTrue(input(statement, 0).string("attestationRef").endsWith(".intoto.json"));
  }

  @Test
  void doesNotClaimALevelThatItDoesNotReach() throws Exception {
    lake.settings.put("makoto.level", "3");
    try (Run run = lake.run()) {
      run.seal("succeeded");
      assertEquals(2L, lake.records(run).get(0).object("configuration").get("level"));
      assertEquals("level-3-unavailable", gap(lake.records(run).get(1), 0).string("reason"));
      assertEquals(1L, gap(lake.records(run).get(1), 0).get("count"));
    }
  }

  @Test
  void takesNoAttestationUnderAKeyThatDoesNotCount() throws Exception {
    produce("a");
    otherKey();
    lake.consume("a", "b");
    assertEquals(1, lake.store.list("names/" + dev.makoto.evidence.statement.Names.hash(lake.name("a"))).stream()
        .filter(path -> !isOurs(path)).count(), "a stranger's version is no version: what was found is observed");
  }

  @Test
  void takesAttestationsUnderTheTrustKeys() throws Exception {
    produce("a");
    Files.writeString(folder.resolve("trusted.pem"), dev.makoto.evidence.Repository.fixtureObject("bundle.json").string("publicKey"));
    lake.settings.put("makoto.trust.keys", "file:" + folder.resolve("trusted.pem"));
    otherKey();
    lake.write("a/part-0", "altered");
    lake.consume("a", "b");
    assertEquals(1, lake.store.list("names/" + dev.makoto.evidence.statement.Names.hash(lake.name("a"))).size(), "an alarm, not an origin");
  }

  @Test
  void keepsInTheSpoolWhatTheSinkDoesNotTakeAndTheNextRunPutsIt() throws Exception {
    Files.writeString(lake.storeFolder, "a file where the store should be");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "a", "overwrite", Map.of("part-0", "one"));
      run.execution(execution);
      run.seal("succeeded");
    }
    Files.delete(lake.storeFolder);
    lake.store = new DirectoryStore(lake.storeFolder);
    try (Run next = lake.run()) {
      assertTrue(next.isSigned());
      next.recover(() -> true);
      assertEquals(1, lake.statements("a").size());
      assertTrue(lake.objects().keySet().stream().filter(path -> path.contains("/dbom.")).count() == 1, "the dead run's own end is there too");
    }
  }

  @Test
  void survivesDataThatCannotBeNamedOrRead() throws Exception {
    JsonObject seal;
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      var scan = new dev.makoto.evidence.facts.ScanFacts();
      scan.rootUris.add("s3a://");
      scan.files.add(new dev.makoto.evidence.facts.ReadFile("s3a:///x", 1, 1));
      execution.scans.add(scan);
      var gone = new dev.makoto.evidence.facts.ScanFacts();
      gone.rootUris.add(lake.uri("gone"));
      gone.files.add(new dev.makoto.evidence.facts.ReadFile(lake.uri("gone/x"), 1, 1));
      execution.scans.add(gone);
      lake.output(execution, "a", "overwrite", Map.of("part-0", "one"));
      run.execution(execution);
      run.seal("succeeded");
      seal = lake.records(run).get(1);
    }
    assertEquals(List.of("input-changed-since-read", "input-without-digest"), Statements.reasons(lake.newest("a")));
    assertEquals(List.of(), seal.list("gaps"));
  }

  @Test
  void countsAnExecutionThatCannotBeAttestedAsAGap() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "a", "overwrite", Map.of("part-0", "one")).rootUri = "s3a://";
      run.execution(execution);
      run.seal("succeeded");
      JsonObject gap = gap(lake.records(run).get(1), 0);
      assertEquals("internal-error", gap.string("reason"));
      assertEquals("0", gap.string("executionId"));
    }
  }

  /** Somebody with write access gives an old bundle a pointer from the future. */
  @Test
  void doesNotBelieveThePointersTimes() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    String old = lake.pointer("a");
    lake.produce("a", "overwrite", Map.of("part-0", "two"));
    String forged = old.replaceFirst("/\\d{8}T\\d{6}\\.\\d{3}Z_", "/29991231T235959.999Z_");
    Files.copy(lake.storeFolder.resolve(old), lake.storeFolder.resolve(forged));
    lake.write("a/part-0", "one");
    lake.consume("a", "b");
    assertTrue(input(lake.newest("b"), 0).has("differsFrom"), "the older version does not pass for the newest");
  }

  @Test
  void checkpointsAfterAThousandBundles() throws Exception {
    lake.settings.put("makoto.digest.outputs", "write");
    try (Run run = lake.run()) {
      for (int i = 0; i < 1000; i++) {
        ExecutionFacts execution = lake.execution();
        generated(execution);
        lake.output(execution, "a", "overwrite", Map.of("part-0", "version " + i));
        run.execution(execution);
      }
      run.seal("succeeded");
      List<JsonObject> records = lake.records(run);
      assertEquals(List.of("start", "checkpoint", "seal"), records.stream().map(record -> record.string("kind")).toList());
      assertEquals(1000, records.get(1).list("bundles").size());
      assertEquals(0, records.get(2).list("bundles").size());
      assertEquals(1000L, records.get(2).get("total"));
    }
  }

  private JsonObject produce(String root) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, root, "overwrite", Map.of("part-0", "one"));
      run.execution(execution);
      run.seal("succeeded");
      return lake.records(run).get(1);
    }
  }

  private void otherKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    String body = Base64.getMimeEncoder().encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    Files.writeString(folder.resolve("other.pem"), "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    lake.settings.put("makoto.signing.key", "file:" + folder.resolve("other.pem"));
  }

  private boolean isOurs(String pointer) {
    String[] parts = pointer.split("_");
    try {
      lake.statement(parts[1], parts[2]);
      return true;
    } catch (java.io.IOException notOurs) {
      return false;
    }
  }

  private String text(String path) {
    try {
      return Files.readString(lake.storeFolder.resolve(path));
    } catch (java.io.IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private String uncheckedName(String path) {
    try {
      return lake.name(path);
    } catch (java.io.IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
  }

  private static JsonObject gap(JsonObject record, int index) {
    return (JsonObject) record.list("gaps").get(index);
  }
}
