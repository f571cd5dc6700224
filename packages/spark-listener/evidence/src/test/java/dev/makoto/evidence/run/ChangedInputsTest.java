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
import dev.makoto.evidence.facts.WriteFacts;
import dev.makoto.evidence.facts.WrittenFile;
import dev.makoto.evidence.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of inputs that are not what somebody attested, or not what was read. */
class ChangedInputsTest {
  private static final WrittenFile NOT_TO_BE_LOOKED_AT = null;

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

  /** A file's last time says nothing of what was there before. */
  @Test
  void doesNotTakeBytesForAttestedThatWereAlteredAgainAfterTheEnd() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one", "part-1", "two"));
    assertEquals(List.of("input-changed-since-read"), reasons(readWhile("a", () -> {
      lake.write("a/part-0", "ONE, altered before it was read");
      lake.write("a/part-0", "ONE, and altered once more");
      Files.setLastModifiedTime(folder.toRealPath().resolve("a/part-0"), FileTime.fromMillis(System.currentTimeMillis() + 5000));
    })));
  }

  @Test
  void believesInputsThatAreGone() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one", "part-1", "two", "part-2", "three"));
    JsonObject transform = readWhile("a", () -> {
      Files.delete(folder.toRealPath().resolve("a/part-1"));
      Files.delete(folder.toRealPath().resolve("a/part-2"));
      lake.write("a/part-2/of-another-version", "x");
      lake.write("a/part-3", "of another version");
    });
    assertEquals(List.of(), reasons(transform));
    assertTrue(input(transform, 0).has("attestationRef"));
  }

  @Test
  void believesInputsThatALaterExecutionOfTheRunReplaced() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one", "p=1/part-1", "two"));
    String read = lake.bundleOf("a");
    try (Run run = lake.run()) {
      ExecutionFacts reader = reader("a");
      ExecutionFacts writer = writer("a", "overwrite", Map.of("part-0", "next one", "p=1/part-1", "next two"));
      run.execution(reader);
      assertEquals(List.of(), reasons(lake.newest("b")));
      assertEquals(read, input(lake.newest("b"), 0).object("attestationDigest").string("sha256"));
      run.execution(writer);
      assertEquals(2, lake.statements("a").size());
    }
  }

  /** Hive's commands do not tell what they wrote: it may have been another partition. */
  @Test
  void doesNotBelieveInputsThatALaterExecutionOfTheRunDoesNotNameAmongItsFiles() throws Exception {
    for (String mode : List.of("overwrite", "dynamic-overwrite")) {
      String root = "untold-" + mode;
      lake.produce(root, "overwrite", Map.of("p=1/part-0", "one"));
      try (Run run = lake.run()) {
        ExecutionFacts reader = reader(root);
        lake.write(root + "/p=1/part-0", "altered by somebody else");
        WriteFacts write = writer(root, mode, Map.of("p=2/part-0", "two")).writes.get(0);
        write.files.clear();
        write.filesComplete = false;
        run.execution(reader);
        assertEquals(List.of("input-changed-since-read"), reasons(lake.newest("b")), mode);
      }
    }
  }

  @Test
  void believesInputsThatALaterExecutionOfTheRunNamesThoughItDoesNotNameAll() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    try (Run run = lake.run()) {
      ExecutionFacts reader = reader("a");
      writer("a", "overwrite", Map.of("part-0", "next one")).writes.get(0).filesComplete = false;
      run.execution(reader);
      assertEquals(List.of(), reasons(lake.newest("b")));
    }
  }

  @Test
  void looksOnlyAtWritesThatMayTell() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    try (Run run = lake.run()) {
      ExecutionFacts reader = reader("a");
      writer("beside", "overwrite", Map.of("part-0", "x")).writes.get(0).files.add(NOT_TO_BE_LOOKED_AT);
      writer("a", "overwrite", Map.of("part-0", "next one"));
      writer("a", "append", Map.of("part-1", "next two")).writes.get(0).files.add(NOT_TO_BE_LOOKED_AT);
      run.execution(reader);
      assertEquals(List.of(), reasons(lake.newest("b")));
    }
  }

  @Test
  void doesNotBelieveInputsThatNoLaterExecutionOfTheRunReplaced() throws Exception {
    for (String mode : List.of("append", "dynamic-overwrite", "overwrite")) {
      String root = mode + "-a";
      lake.produce(root, "overwrite", Map.of("part-0", "one"));
      try (Run run = lake.run()) {
        ExecutionFacts reader = reader(root);
        writer(root, mode, Map.of("p=1/part-1", "two"));
        lake.write(root + "/part-0", "altered by somebody else");
        run.execution(reader);
        assertEquals(List.of("input-changed-since-read"), reasons(lake.newest("b")), mode);
      }
    }
  }

  /** What began before the reader's end may have written before it read. */
  @Test
  void doesNotBelieveInputsThatAnotherExecutionReplacedMeanwhile() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    try (Run run = lake.run()) {
      ExecutionFacts reader = reader("a");
      writer("a", "overwrite", Map.of("part-0", "next one")).startedOn = reader.finishedOn - 1;
      run.execution(reader);
      assertEquals(List.of("input-changed-since-read"), reasons(lake.newest("b")));
    }
  }

  /** An execution that has read {@code root}, and waits for its turn. */
  private ExecutionFacts reader(String root) throws Exception {
    ExecutionFacts execution = lake.execution();
    lake.scan(execution, root);
    lake.output(execution, "b", "overwrite", Map.of("part-0", "made of " + root));
    lake.waiting.add(execution);
    return execution;
  }

  /** An execution that began after that and has written {@code root}, and waits for its turn. */
  private ExecutionFacts writer(String root, String mode, Map<String, String> files) throws Exception {
    ExecutionFacts execution = lake.execution();
    Lake.generated(execution);
    lake.output(execution, root, mode, files);
    lake.waiting.add(execution);
    return execution;
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
