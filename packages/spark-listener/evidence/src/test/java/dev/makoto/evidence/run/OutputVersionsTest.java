package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.reasons;
import static dev.makoto.evidence.run.Statements.sha256;
import static dev.makoto.evidence.run.Statements.subject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.StageFacts;
import dev.makoto.evidence.facts.WriteFacts;
import dev.makoto.evidence.facts.WrittenFile;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.store.Content;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which version a run says that it made. */
class OutputVersionsTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void addsWhatWasThereToWhatItAppended() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one"));
    lake.write("a/part-foreign", "of somebody else");
    Files.setLastModifiedTime(lake.folder.resolve("a/part-foreign"), FileTime.fromMillis(1000));
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "a", "append", Map.of("part-1", "two"));
      run.execution(execution);
    }
    JsonObject transform = lake.newest("a");
    assertEquals(lake.sumOfSums("a"), sha256(transform));
    assertEquals(1L, predicate(transform).object("written").get("files"));
    assertEquals(2L, predicate(transform).object("others").get("files"));
    assertEquals("after-commit", predicate(transform).object("others").string("digestSource"));
    assertEquals(1, lake.data.opened.get(), "only the foreign file is hashed");
    assertEquals(sha256(lake.statements("a").get(0)), predicate(transform).object("previous").string("sha256"));
    assertEquals(List.of(), reasons(transform));
  }

  @Test
  void leavesFilesOfALaterCommitToTheirOwnVersion() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts first = lake.execution();
      generated(first);
      lake.output(first, "a", "append", Map.of("part-0", "one"));
      lake.write("a/part-1", "two");
      Files.setLastModifiedTime(lake.folder.resolve("a/part-1"), FileTime.fromMillis(first.finishedOn + 50));
      run.execution(first);
    }
    assertEquals(Sha256.hex(Sha256.hex("one") + "  part-0\n"), sha256(lake.newest("a")));
  }

  @Test
  void saysThatAnAppendedFileWasChangedBeforeItCouldBeAttested() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "a", "append", Map.of("part-0", "one"));
      Files.delete(lake.folder.resolve("a/part-0"));
      run.execution(execution);
    }
    assertEquals(List.of("output-changed-before-attested"), reasons(lake.newest("a")));
  }

  @Test
  void hashesAfterTheCommitWhatDidNotPassInStream() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      WriteFacts write = lake.output(execution, "a", "overwrite", Map.of("part-0", "one"));
      lake.write("a/part-1", "two");
      write.files.add(new WrittenFile(lake.uri("a/part-1"), null, 3, DigestSource.AFTER_COMMIT));
      execution.finishedOn = System.currentTimeMillis();
      run.execution(execution);
    }
    assertEquals(lake.sumOfSums("a"), sha256(lake.newest("a")));
    assertEquals("after-commit", predicate(lake.newest("a")).object("written").string("digestSource"));
    assertEquals(List.of(), reasons(lake.newest("a")));
  }

  @Test
  void takesADirectoryForWhatItIsWhereTheListOfWrittenFilesIsNotComplete() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      WriteFacts write = lake.output(execution, "a", "overwrite", Map.of());
      write.filesComplete = false;
      lake.write("a/part-0", "one");
      lake.write("a/_SUCCESS", "");
      execution.finishedOn = System.currentTimeMillis();
      run.execution(execution);
    }
    assertEquals(lake.sumOfSums("a"), sha256(lake.newest("a")));
    assertEquals("after-commit", predicate(lake.newest("a")).object("written").string("digestSource"));
  }

  @Test
  void doesNothingTwice() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      execution.stages.add(new StageFacts(0, 0));
      lake.output(execution, "a", "overwrite", Map.of("part-0", "one"));
      run.execution(execution);
      Map<String, String> before = lake.objects();
      run.execution(execution);
      assertEquals(before, lake.objects());
      assertEquals(1, lake.statements("a").size());
    }
  }

  @Test
  void namesACatalogsTableAndPointsToItUnderItsPathToo() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "warehouse/orders", "create", Map.of("part-0", "x")).tableName = "spark_catalog.default.orders";
      run.execution(execution);
    }
    assertEquals(1, lake.statementsNamed("dataset:spark_catalog.default.orders").size());
    JsonObject statement = lake.newest("warehouse/orders");
    assertEquals("dataset:spark_catalog.default.orders", subject(statement).string("name"));
    assertEquals(lake.uri("warehouse/orders"), subject(statement).string("uri"));
    lake.consume("warehouse/orders", "out");
    assertEquals("dataset:spark_catalog.default.orders", input(lake.newest("out"), 0).string("name"));
    assertEquals(0, lake.data.opened.get());
  }

  @Test
  void namesManyFilesByAManifest() throws Exception {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 1001; i++) many.put("part-" + i, "x" + i);
    lake.produce("a", "overwrite", many);
    JsonObject statement = lake.newest("a");
    assertFalse(predicate(statement).has("files"));
    JsonObject manifest = predicate(statement).object("manifest");
    assertEquals("manifests/" + sha256(statement) + ".sha256sums.gz", manifest.string("ref"));
    assertEquals(1001L, manifest.get("entries"));
    byte[] lines = Content.gunzip(Files.readAllBytes(lake.storeFolder.resolve(manifest.string("ref"))), 1 << 20);
    assertEquals(sha256(statement), Sha256.hex(lines));
    assertEquals(manifest.string("bytes"), Integer.toString(lines.length));
    lake.consume("a", "b");
    assertEquals(sha256(statement), input(lake.newest("b"), 0).object("digest").string("sha256"));
    assertEquals(0, lake.data.opened.get());
  }
}
