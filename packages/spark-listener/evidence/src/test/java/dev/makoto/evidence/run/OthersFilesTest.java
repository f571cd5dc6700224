package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.reasons;
import static dev.makoto.evidence.run.Statements.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job that writes beside others' files says of those. */
class OthersFilesTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void doesNotLaunderAProducedFileThatWasAltered() throws Exception {
    for (String mode : List.of("append", "dynamic-overwrite")) {
      lake.produce(mode, "overwrite", Map.of("part-0", "one"));
      alter(mode + "/part-0", "ONE");
      lake.produce(mode, mode, Map.of("part-1", "two"));
      assertEquals(List.of("output-changed-before-attested"), reasons(lake.newest(mode)), mode);
      assertEquals("partial", predicate(lake.newest(mode)).object("completeness").string("outputs"));
      assertEquals("after-commit", predicate(lake.newest(mode)).object("others").string("digestSource"));
    }
  }

  /** The version that took the altered file over says so; one that takes it over from there must not say less. */
  @Test
  void carriesTheReasonOnUntilTheFilesAreReplaced() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    alter("a/part-0", "ONE");
    lake.produce("a", "append", Map.of("part-1", "two"));
    lake.produce("a", "append", Map.of("part-2", "three"));
    assertEquals(List.of("output-changed-before-attested"), reasons(lake.newest("a")));
    assertEquals("attested", predicate(lake.newest("a")).object("others").string("digestSource"));
    try (Run run = lake.run()) {
      for (String part : List.of("part-3", "part-4")) {
        ExecutionFacts execution = lake.execution();
        generated(execution);
        lake.output(execution, "a", "append", Map.of(part, part));
        run.execution(execution);
        assertEquals(List.of("output-changed-before-attested"), reasons(lake.newest("a")), part);
      }
    }
    lake.produce("a", "overwrite", Map.of("part-0", "all new"));
    assertEquals(List.of(), reasons(lake.newest("a")));
    lake.produce("a", "append", Map.of("part-1", "two"));
    assertEquals(List.of(), reasons(lake.newest("a")));
  }

  @Test
  void carriesAReasonOnThatItDoesNotKnow() {
    JsonObject later = new JsonObject().with("outputs", "partial").with("reasons", List.of("a-reason-of-tomorrow"));
    assertEquals(EnumSet.of(Reason.OUTPUT_DIGEST_MISSING), Completeness.shortfallsIn(later));
    assertEquals(EnumSet.noneOf(Reason.class), Completeness.shortfallsIn(new JsonObject().with("outputs", "full")));
  }

  /** The run has hashed the altered file as an input: it must not remember it as one that is attested. */
  @Test
  void doesNotLaunderAnAlteredFileThatItHasRead() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    alter("a/part-0", "ONE");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "a");
      lake.output(execution, "a", "append", Map.of("part-1", "two"));
      run.execution(execution);
    }
    assertEquals(List.of("input-differs-from-attested", "output-changed-before-attested"), reasons(lake.newest("a")));
    assertEquals("after-commit", predicate(lake.newest("a")).object("others").string("digestSource"));
  }

  @Test
  void doesNotTakeAnAlteredFileForItsOwnWhereItsListIsNotComplete() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.write("a/part-0", "ONE");
      lake.output(execution, "a", "append", Map.of("part-1", "two")).filesComplete = false;
      execution.finishedOn = System.currentTimeMillis() + 1000;
      run.execution(execution);
    }
    assertEquals(List.of("output-changed-before-attested", "output-digest-missing"), reasons(lake.newest("a")));
  }

  /** Another job's file of the same minute has a time like our own. */
  @Test
  void doesNotTellByItsTimeWhoseAFileIs() throws Exception {
    for (String mode : List.of("append", "dynamic-overwrite", "overwrite")) {
      lake.produce(mode, "overwrite", Map.of("part-0", "one"));
      try (Run run = lake.run()) {
        ExecutionFacts execution = lake.execution();
        generated(execution);
        lake.output(execution, mode, mode, Map.of()).filesComplete = false;
        lake.write(mode + "/000000_0", "mine");
        lake.write(mode + "/evil", "foreign");
        execution.finishedOn = System.currentTimeMillis() + 1000;
        run.execution(execution);
      }
      assertEquals(List.of("output-digest-missing"), reasons(lake.newest(mode)), mode);
    }
  }

  @Test
  void keepsFilesOfTheVersionBeforeWhereTheStoresClockIsAhead() throws Exception {
    try (Run run = lake.run()) {
      for (String part : List.of("part-0", "part-1", "part-2")) {
        ExecutionFacts execution = lake.execution();
        generated(execution);
        lake.output(execution, "a", "append", Map.of(part, "content of " + part));
        Files.setLastModifiedTime(lake.folder.resolve("a/" + part), FileTime.fromMillis(execution.finishedOn + 60000));
        run.execution(execution);
        assertEquals(lake.sumOfSums("a"), sha256(lake.newest("a")), part);
        assertEquals(List.of(), reasons(lake.newest("a")), part);
      }
    }
  }

  /** The worker comes to the append after the next write has replaced another partition: such a directory there never was. */
  @Test
  void saysThatAFileOfTheVersionBeforeIsGone() throws Exception {
    lake.produce("a", "overwrite", Map.of("p=1/part-0", "old", "p=2/part-0", "two"));
    try (Run run = lake.run()) {
      ExecutionFacts append = lake.execution();
      generated(append);
      lake.output(append, "a", "append", Map.of("p=2/part-1", "three"));
      Files.delete(lake.folder.resolve("a/p=1/part-0"));
      run.execution(append);
    }
    assertEquals(List.of("output-changed-before-attested"), reasons(lake.newest("a")));
    assertEquals("partial", predicate(lake.newest("a")).object("completeness").string("outputs"));
  }

  @Test
  void looksForFilesOfTheVersionBeforeOutsideThePartitionsThatAreReplaced() throws Exception {
    Map<String, String> before = Map.of("p=1/part-0", "one", "p=2/part-0", "two", "p=3/q=1/part-0", "three");
    assertEquals(List.of(), overwrite("dynamic", before, null, "p=1/part-0", "p=1/part-9"));
    assertEquals(List.of("output-changed-before-attested"), overwrite("beside", before, null, "p=2/part-0", "p=1/part-9"));
    assertEquals(List.of(), overwrite("static", before, "p=3", "p=3/q=1/part-0", "p=3/q=2/part-9"));
    assertEquals(List.of("output-changed-before-attested"), overwrite("static-beside", before, "p=3", "p=2/part-0", "p=3/q=2/part-9"));
  }

  private List<?> overwrite(String root, Map<String, String> before, String partition, String gone, String made) throws Exception {
    lake.produce(root, "overwrite", before);
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, root, "dynamic-overwrite", Map.of(made, "new")).replacedPartition = partition;
      Files.delete(lake.folder.resolve(root).resolve(gone));
      run.execution(execution);
    }
    return reasons(lake.newest(root));
  }

  @Test
  void saysSoWhereTheListOfWhatIsAttestedIsGone() throws Exception {
    Map<String, String> many = new java.util.TreeMap<>();
    for (int i = 0; i < 1001; i++) many.put("part-" + i, "x" + i);
    lake.produce("a", "overwrite", many);
    String manifest = predicate(lake.newest("a")).object("manifest").string("ref");
    Files.delete(lake.storeFolder.resolve(manifest));
    alter("a/part-0", "ONE");
    lake.produce("a", "append", Map.of("part-new", "two"));
    assertEquals(List.of("output-digest-missing"), reasons(lake.newest("a")));
  }

  /** A store whose clock is ahead gives our own files times after the execution's end. */
  @Test
  void saysThatItLeftOutFilesThatMayBeItsOwn() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "a", "overwrite", Map.of("part-0", "one")).filesComplete = false;
      lake.write("a/part-1", "two");
      for (String path : List.of("a/part-0", "a/part-1")) {
        Files.setLastModifiedTime(lake.folder.resolve(path), FileTime.fromMillis(execution.finishedOn + 5000));
      }
      run.execution(execution);
    }
    assertEquals(Sha256.hex(Sha256.hex("one") + "  part-0\n"), sha256(lake.newest("a")), "what is known to be ours stays");
    assertEquals(List.of("output-digest-missing"), reasons(lake.newest("a")));
  }

  @Test
  void namesNoVersionByNothingWhereAllItsFilesAreFromTheFuture() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "a", "overwrite", Map.of()).filesComplete = false;
      lake.write("a/part-0", "one");
      Files.setLastModifiedTime(lake.folder.resolve("a/part-0"), FileTime.fromMillis(execution.finishedOn + 5000));
      run.execution(execution);
      run.seal("succeeded");
      assertEquals("output-digest-missing", ((JsonObject) lake.records(run).get(1).list("gaps").get(0)).string("reason"));
    }
    assertEquals(0, lake.statements("a").size());
  }

  @Test
  void letsALandingZoneThatWasOnlyObservedChange() throws Exception {
    lake.write("a/part-0", "one");
    lake.consume("a", "b");
    alter("a/part-0", "ONE");
    lake.produce("a", "append", Map.of("part-1", "two"));
    assertEquals(List.of(), reasons(lake.newest("a")));
  }

  private void alter(String path, String content) throws Exception {
    lake.write(path, content);
    Files.setLastModifiedTime(lake.folder.resolve(path), FileTime.fromMillis(System.currentTimeMillis() - 5000));
  }
}
