package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** FORMATS §1 and decision 46, from the vectors that all languages run, and what a run makes of such a directory. */
class SinkLogTest {
  private static final String ROOT = "file:/lake/orders";

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @TestFactory
  Stream<DynamicTest> listsWhatTheLogLists() throws IOException {
    List<JsonObject> rows = Repository.rows(Repository.fixtureObject("sink-log.json").list("followed"));
    return Repository.tests(rows, row -> {
      List<ManifestEntry> entries = new ArrayList<>();
      for (DataFile file : read(row)) {
        entries.add(new ManifestEntry(file.path, Sha256.hex(file.path), file.size));
      }
      assertEquals(row.string("sha256"), Manifest.of(entries).sha256());
    });
  }

  @TestFactory
  Stream<DynamicTest> followsNoLogThatIsNotTrueOfTheFiles() throws IOException {
    List<JsonObject> rows = Repository.rows(Repository.fixtureObject("sink-log.json").list("refused"));
    return Repository.tests(rows, row -> assertThrows(RefusedException.class, () -> read(row)));
  }

  /** A vector's directory, without a disk whose names depend on its locale. */
  private static List<DataFile> read(JsonObject row) throws IOException {
    Map<String, String> contents = new HashMap<>();
    for (Object path : row.list("files")) contents.put((String) path, (String) path);
    row.object("log").fields().forEach((batch, text) -> contents.put("_spark_metadata/" + batch, (String) text));
    List<DataFile> present = new ArrayList<>();
    contents.forEach((path, content) -> present.add(new DataFile(ROOT + "/" + path, path, bytes(content).length, 0, false)));
    DataFiles files = only(uri -> new ByteArrayInputStream(bytes(contents.get(uri.substring(ROOT.length() + 1)))));
    assertTrue(SinkLog.isIn(ROOT, present, files));
    return SinkLog.read(ROOT, present, files);
  }

  /** Files that can be opened; nobody asks for anything else. */
  private static DataFiles only(Function<String, InputStream> open) {
    return (DataFiles) Proxy.newProxyInstance(DataFiles.class.getClassLoader(), new Class<?>[] {DataFiles.class}, (proxy, method, asked) -> {
      if (!method.getName().equals("open")) throw new AssertionError(method);
      return open.apply((String) asked[0]);
    });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void writeSink(String... listed) throws IOException {
    lake.write("sink/day=1/a.csv", "1");
    lake.write("sink/day=2/b.csv", "2");
    lake.write("sink/day=2/of-a-failed-batch.csv", "3");
    StringBuilder log = new StringBuilder("v1");
    for (String path : listed) {
      log.append("\n{\"path\":\"file://").append(lake.folder.resolve("sink").resolve(path)).append("\",\"size\":1,\"isDir\":false,")
          .append("\"modificationTime\":1,\"blockReplication\":1,\"blockSize\":1,\"action\":\"add\"}");
    }
    lake.write("sink/_spark_metadata/0", log.toString());
  }

  private JsonObject consume(String... read) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "sink", read);
      lake.output(execution, "out", "overwrite", Map.of("part-0", "x"));
      run.execution(execution);
    }
    return lake.newest("out");
  }

  @Test
  void isTheVersionThatIsObservedWhereAPartOfItWasRead() throws Exception {
    writeSink("day=1/a.csv", "day=2/b.csv");
    JsonObject out = consume("day=1/a.csv");
    Manifest listed = Manifest.of(List.of(new ManifestEntry("day=1/a.csv", Sha256.hex("1"), 1), new ManifestEntry("day=2/b.csv", Sha256.hex("2"), 1)));
    assertEquals(listed.sha256(), sha256(lake.newest("sink")));
    assertEquals(listed.sha256(), input(out, 0).object("digest").string("sha256"));
    assertTrue(input(out, 0).object("observed").has("subset"));
  }

  @Test
  void isNoVersionOfFilesThatItDoesNotListAndThatWereRead() throws Exception {
    writeSink("day=1/a.csv", "day=2/b.csv");
    assertNothingIsObserved(consume());
  }

  @Test
  void isNoVersionWhereItIsNotTrueOfTheFiles() throws Exception {
    writeSink("day=1/a.csv", "day=2/b.csv");
    lake.write("sink/day=2/b.csv", "22");
    assertNothingIsObserved(consume("day=1/a.csv"));
  }

  private void assertNothingIsObserved(JsonObject out) throws Exception {
    assertEquals(List.of(), lake.statements("sink"));
    assertEquals(List.of(), predicate(out).list("inputs"));
    assertEquals("partial", predicate(out).object("completeness").string("inputs"));
  }

  @Test
  void liesInADirectoryWithoutABatchYet() throws Exception {
    Files.createDirectories(folder.resolve("sink/_spark_metadata"));
    assertTrue(SinkLog.isIn(lake.uri("sink"), List.of(), lake.data));
    Files.delete(folder.resolve("sink/_spark_metadata"));
    assertFalse(SinkLog.isIn(lake.uri("sink"), List.of(), lake.data));
  }

  @Test
  void isADirectory() throws Exception {
    lake.write("sink/_spark_metadata", "");
    List<DataFile> present = lake.data.list(lake.uri("sink"));
    assertThrows(RefusedException.class, () -> SinkLog.read(lake.uri("sink"), present, lake.data));
  }
}
