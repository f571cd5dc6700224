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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /** A plan keeps the listing of when it was made; the bytes are read later. */
  @Test
  void doesNotTakeBytesForAttestedThatWereAlteredBetweenListingAndReading() throws Exception {
    for (String part : List.of("part-0", "p=1/part-0")) {
      String root = "a" + part.length();
      lake.produce(root, "overwrite", Map.of(part, "one", "p=2/part-1", "two"));
      assertEquals(List.of("input-changed-since-read"), reasons(readWhile(root, () -> lake.write(root + "/" + part, "ONE, altered"))), part);
      assertEquals("partial", predicate(lake.newest("b")).object("completeness").string("inputs"));
    }
  }

  @Test
  void doesNotTakeOneFileForAttestedThatWasAlteredBetweenListingAndReading() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one", "part-1", "two"));
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "a", "part-0");
      lake.write("a/part-0", "ONE, altered");
      lake.output(execution, "b", "overwrite", Map.of("part-0", "three"));
      run.execution(execution);
    }
    assertEquals(List.of("input-changed-since-read"), reasons(lake.newest("b")));
  }

  @Test
  void believesInputsThatWereReplacedAfterTheyWereRead() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one", "part-1", "two"));
    JsonObject transform = readWhile("a", () -> {
      Files.delete(folder.toRealPath().resolve("a/part-1"));
      lake.write("a/part-0", "next version");
      Files.setLastModifiedTime(folder.toRealPath().resolve("a/part-0"), FileTime.fromMillis(System.currentTimeMillis() + 5000));
    });
    assertEquals(List.of(), reasons(transform));
    assertTrue(input(transform, 0).has("attestationRef"));
  }

  @Test
  void looksAtAnAttestedInputOnce() throws Exception {
    Map<String, String> parts = new TreeMap<>();
    for (int i = 0; i < 50; i++) parts.put("p=" + i % 5 + "/part-" + i, "x" + i);
    lake.produce("a", "overwrite", parts);
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "a");
      lake.data.asked.set(0);
      run.execution(execution);
    }
    assertEquals(1, lake.data.asked.get());
    assertEquals(0, lake.data.opened.get());
  }

  private interface Change {
    void make() throws Exception;
  }

  /** A job that lists {@code root}, and reads it after the change. */
  private JsonObject readWhile(String root, Change change) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, root);
      change.make();
      lake.output(execution, "b", "overwrite", Map.of("part-0", "three"));
      run.execution(execution);
    }
    return lake.newest("b");
  }
}
