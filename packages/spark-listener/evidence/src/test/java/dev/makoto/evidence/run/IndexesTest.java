package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.reasons;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.RunFacts;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.store.Spool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run believes without hashing it again: its own signed indexes, and nothing that was planted there. */
class IndexesTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void doesNotHashAgainWhatItHasWritten() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts first = lake.execution();
      generated(first);
      lake.output(first, "a", "overwrite", Map.of("part-0", "one", "part-1", "two"));
      run.execution(first);
      ExecutionFacts second = lake.execution();
      lake.scan(second, "a");
      lake.output(second, "b", "overwrite", Map.of("part-0", "three"));
      run.execution(second);
      assertEquals(0, lake.data.opened.get());
      assertEquals("attested", input(lake.newest("b"), 0).object("observed").string("digestSource"));
    }
  }

  @Test
  void trustsItsSignedIndexInTheNextRunInsteadOfHashing() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    lake.consume("a", "b");
    assertEquals(0, lake.data.opened.get());
    assertEquals("attested", input(lake.newest("b"), 0).object("observed").string("digestSource"));
  }

  /** Many indexes share one signature: each must count by its own path to the signed head. */
  @Test
  void trustsEachOfTheIndexesThatOneSignatureCovers() throws Exception {
    try (Run run = lake.run()) {
      for (String dataset : List.of("a", "b", "c")) {
        ExecutionFacts execution = lake.execution();
        generated(execution);
        lake.output(execution, dataset, "overwrite", Map.of("part-0", dataset));
        run.execution(execution);
      }
      run.seal("succeeded");
    }
    Set<String> envelopes = new HashSet<>();
    int indexes = 0;
    for (String path : lake.objects().keySet()) {
      if (!path.startsWith("indexes/")) continue;
      JsonObject envelope = Json.parseObject(Files.readAllBytes(lake.storeFolder.resolve(path)), 1 << 20).object("envelope");
      envelopes.add(new String(Json.canonicalize(envelope), StandardCharsets.UTF_8));
      indexes++;
    }
    assertEquals(3, indexes);
    assertEquals(1, envelopes.size());
    try (Run run = lake.run()) {
      for (String dataset : List.of("c", "a", "b")) {
        ExecutionFacts execution = lake.execution();
        lake.scan(execution, dataset);
        lake.output(execution, "copy-of-" + dataset, "overwrite", Map.of("part-0", dataset));
        run.execution(execution);
        assertEquals("attested", input(lake.newest("copy-of-" + dataset), 0).object("observed").string("digestSource"));
      }
    }
    assertEquals(0, lake.data.opened.get());
  }

  /** Who can write to the store plants an index that gives the altered file for the attested one. */
  @Test
  void hashesForItselfWhereTheIndexWasPoisoned() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    lake.write("a/part-0", "two");
    for (String path : lake.objects().keySet()) {
      if (!path.startsWith("indexes/")) continue;
      Path index = lake.storeFolder.resolve(path);
      String now = Long.toString(Files.getLastModifiedTime(lake.folder.resolve("a/part-0")).toMillis());
      String object = new String(Files.readAllBytes(index), StandardCharsets.UTF_8);
      Files.write(index, object.replaceAll("\"mtime\":\"\\d+\"", "\"mtime\":\"" + now + "\"").getBytes(StandardCharsets.UTF_8));
    }
    lake.consume("a", "b");
    assertTrue(lake.data.opened.get() > 0);
    assertTrue(input(lake.newest("b"), 0).has("differsFrom"));
  }

  @Test
  void referencesOnlyWhereAskedToHashNothing() throws Exception {
    lake.settings.put("makoto.digest.inputs", "reference");
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    lake.consume("a", "b");
    assertTrue(input(lake.newest("b"), 0).has("attestationRef"));
    lake.write("raw/a.csv", "1");
    lake.consume("raw", "c");
    assertEquals(List.of("input-without-digest"), reasons(lake.newest("c")));
    assertEquals(0, lake.data.opened.get());
  }

  /** What waits is kept in memory: many large versions must not wait for their hundredth, or for half a minute. */
  @Test
  void writesIndexesOfLargeVersionsAtOnce() throws Exception {
    RunServices services = new RunServices(lake.store, lake.data);
    Configuration configuration = Configuration.of(lake.settings, null);
    services.clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    RunContext context = new RunContext(new RunFacts("app", "1"), configuration, services, RunKeys.open(configuration, services, new Gaps()).signer);
    Publisher publisher = new Publisher(context, lake.store, Spool.inMemory(), null, new Gaps());
    IndexWriter indexes = new IndexWriter(publisher, services.clock);
    indexes.add(version("a", 40000));
    indexes.writeIfDue();
    publisher.commit();
    assertEquals(0, indexesInTheStore());
    indexes.add(version("b", 20000));
    indexes.writeIfDue();
    publisher.commit();
    assertEquals(2, indexesInTheStore());
    indexes.add(version("c", 60000));
    indexes.writeIfDue();
    publisher.commit();
    assertEquals(2, indexesInTheStore(), "one dataset's waits, as the next version replaces it");
  }

  private long indexesInTheStore() throws Exception {
    return lake.objects().keySet().stream().filter(path -> path.startsWith("indexes/")).count();
  }

  private static Attested version(String name, int files) {
    Attested attested = new Attested();
    attested.name = "dataset:file:/" + name;
    attested.subject = Sha256.hex(name);
    attested.bundle = Sha256.hex("bundle of " + name);
    attested.index = new HashMap<>();
    for (int i = 0; i < files; i++) attested.index.put("part-" + i, new FileState(1, 1, attested.subject));
    return attested;
  }
}
