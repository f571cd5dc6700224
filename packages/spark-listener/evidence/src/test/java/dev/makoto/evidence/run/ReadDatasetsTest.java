package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.reasons;
import static dev.makoto.evidence.run.Statements.sha256;
import static dev.makoto.evidence.run.Statements.subject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.ScanFacts;
import dev.makoto.evidence.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which dataset it was that a scan read. */
class ReadDatasetsTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void doesNotCountADirectoryThatIsNoDataToTheDatasetAboveIt() throws Exception {
    lake.produce("lake", "overwrite", Map.of("part-0", "one"));
    lake.write("lake/_raw/day=1/a.csv", "1");
    lake.consume("lake/_raw/day=1", "out");
    assertEquals(lake.name("lake/_raw/day=1"), input(lake.newest("out"), 0).string("name"));
    assertEquals(List.of(), reasons(lake.newest("out")));
  }

  @Test
  void refersToAnAttestedFileThatIsEmpty() throws Exception {
    lake.write("raw/a.csv", "");
    planOnly("raw/a.csv", "out1");
    JsonObject origin = lake.newest("raw/a.csv");
    assertEquals("file", subject(origin).object("annotations").string("kind"));
    assertEquals(Sha256.hex(""), sha256(origin));
    planOnly("raw/a.csv", "out2");
    assertEquals(1, lake.statements("raw/a.csv").size());
    assertEquals(sha256(origin), input(lake.newest("out2"), 0).object("digest").string("sha256"));
    assertEquals(1L, input(lake.newest("out2"), 0).object("observed").get("files"));
    assertEquals(List.of(), reasons(lake.newest("out2")));
  }

  @Test
  void doesNotSayThatAFileDiffersWhichWasPlannedOnly() throws Exception {
    lake.write("raw/a.csv", "1");
    lake.consume("raw/a.csv", "out1");
    planOnly("raw/a.csv", "out2");
    JsonObject read = input(lake.newest("out2"), 0);
    assertFalse(read.has("differsFrom"));
    assertEquals(Sha256.hex("1"), read.object("digest").string("sha256"));
    assertEquals(0L, read.object("observed").get("files"), "nothing was read of it");
    assertEquals("0", read.object("observed").string("bytes"));
    assertEquals(1, lake.statements("raw/a.csv").size());
  }

  @Test
  void saysThatAPlannedFileCannotBeRead() throws Exception {
    lake.write("raw/a.csv", "1");
    lake.consume("raw/a.csv", "out1");
    java.nio.file.Files.delete(lake.folder.resolve("raw/a.csv"));
    planOnly("raw/a.csv", "out2");
    assertEquals(List.of("input-unreadable"), reasons(lake.newest("out2")));
  }

  @Test
  void stillObservesAnEmptyDirectory() throws Exception {
    java.nio.file.Files.createDirectories(lake.folder.resolve("raw"));
    planOnly("raw", "out");
    JsonObject origin = lake.newest("raw");
    assertEquals("files", subject(origin).object("annotations").string("kind"));
    assertEquals(Sha256.hex(""), sha256(origin));
    assertTrue(predicate(lake.newest("out")).has("inputs"));
  }

  /** {@code makoto attest origin mirror --name s3://lake/raw}: the statement's uri is the copy's. */
  @Test
  void knowsAPartOfWhatWasAttestedThroughACopy() throws Exception {
    attestCopyOf("raw");
    lake.write("raw/day=1/a.csv", "1");
    lake.consume("raw/day=1", "out");
    assertEquals(lake.name("raw"), input(lake.newest("out"), 0).string("name"));
    assertEquals(Sha256.hex("1"), subsetFile(input(lake.newest("out"), 0)).object("digest").string("sha256"));
    lake.write("raw/day=1/a.csv", "altered");
    lake.consume("raw/day=1", "out");
    assertTrue(input(lake.newest("out"), 0).has("differsFrom"), "an alarm, and no origin of its own");
    assertEquals(List.of(), lake.statements("raw/day=1"));
    assertEquals(1, lake.statements("raw").size());
  }

  @Test
  void doesNotTakeAPlaceForAnotherWhoseNameIsTheSame() throws Exception {
    Attested copy = new Attested();
    copy.name = "dataset:s3://lake/raw";
    copy.root = "file:/mirror/raw";
    assertTrue(ReadDatasets.isOf(copy, "s3://lake/raw"));
    assertFalse(ReadDatasets.isOf(copy, "s3://lake/raw?x"), "a name has no query, a key may have a question mark");
  }

  private static JsonObject subsetFile(JsonObject input) {
    return (JsonObject) input.object("observed").object("subset").list("files").get(0);
  }

  /** What lies in a mirror, under the name of this place. */
  private void attestCopyOf(String root) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      Lake.generated(execution);
      lake.output(execution, "mirror/" + root, "overwrite", Map.of("day=1/a.csv", "1", "day=2/a.csv", "2")).tableName = lake.uri(root);
      run.execution(execution);
      run.seal("succeeded");
    }
  }

  /** A scan with no part at all: of empty files, or one that was never executed. */
  private void planOnly(String from, String to) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      ScanFacts scan = new ScanFacts();
      scan.rootUris.add(lake.uri(from));
      execution.scans.add(scan);
      lake.output(execution, to, "overwrite", Map.of("part-0", "made of " + from));
      run.execution(execution);
      run.seal("succeeded");
    }
  }
}
