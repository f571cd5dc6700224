package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.reasons;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
