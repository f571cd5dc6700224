package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.reasons;
import static dev.makoto.evidence.run.Statements.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of inputs that are not what somebody attested, or not what was read. */
class ChangedInputsTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void raisesTheAlarmWhereProducedDataWasAlteredBetweenTwoJobs() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one", "part-1", "two"));
    JsonObject produced = lake.newest("a");
    lake.write("a/part-1", "TWO");
    lake.consume("a", "b");
    JsonObject transform = lake.newest("b");
    assertFalse(input(transform, 0).has("attestationRef"));
    assertFalse(input(transform, 0).has("attestationDigest"));
    assertEquals(lake.bundleOf("a"), input(transform, 0).object("differsFrom").object("attestationDigest").string("sha256"));
    assertNotEquals(sha256(produced), input(transform, 0).object("digest").string("sha256"));
    assertEquals(lake.sumOfSums("a"), input(transform, 0).object("digest").string("sha256"));
    assertEquals(List.of("input-differs-from-attested"), reasons(transform));
    assertEquals("partial", predicate(transform).object("completeness").string("inputs"));
    assertEquals(1, lake.statements("a").size(), "no fresh origin");
  }

  @Test
  void raisesTheAlarmWhereAnOlderVersionWasPutBack() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    lake.produce("a", "overwrite", Map.of("part-0", "two"));
    lake.write("a/part-0", "one");
    lake.consume("a", "b");
    assertTrue(input(lake.newest("b"), 0).has("differsFrom"));
  }

  @Test
  void refersToTheVersionThatWasReadWhereItWasReplacedMeanwhile() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    String read = lake.bundleOf("a");
    try (Run reader = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "a");
      lake.produce("a", "overwrite", Map.of("part-0", "two!"));
      lake.output(execution, "b", "overwrite", Map.of("part-0", "three"));
      reader.execution(execution);
      assertEquals(read, input(lake.newest("b"), 0).object("attestationDigest").string("sha256"));
    }
  }

  @Test
  void saysThatAnInputChangedSinceItWasRead() throws Exception {
    lake.write("raw/a.csv", "one");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "raw");
      lake.write("raw/a.csv", "changed");
      lake.output(execution, "out", "overwrite", Map.of("part-0", "x"));
      run.execution(execution);
    }
    assertEquals(List.of("input-changed-since-read"), reasons(lake.newest("out")));
  }
}
