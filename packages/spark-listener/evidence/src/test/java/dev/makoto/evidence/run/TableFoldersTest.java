package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.reasons;
import static dev.makoto.evidence.run.Statements.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Not all that lies in a table's directory belongs to the table: FORMATS §1. */
class TableFoldersTest {
  private static final List<String> LOGS =
      List.of("_delta_log/00000000000000000000.json", ".hoodie/hoodie.properties", "metadata/v1.metadata.json");

  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void doesNotTakeATableForItsFiles() throws Exception {
    assertUnresolved("", "part-0.parquet");
  }

  @Test
  void doesNotTakeAPartOfATableForItsFiles() throws Exception {
    assertUnresolved("/year=2026/month=1", "part-0.parquet");
    assertUnresolved("/2026/01", "part-0.parquet");
    assertUnresolved("/data", "year=2026/part-0.parquet");
  }

  @Test
  void doesNotTakeOneFileOfATableForADataset() throws Exception {
    assertUnresolved("/part-0.parquet", "");
  }

  @Test
  void doesNotTakeATableForItsFilesWhereTheFolderAboveWasRead() throws Exception {
    lake.write("zone/table/part-0.parquet", "live");
    lake.write("zone/table/_delta_log/00000000000000000000.json", "{}");
    assertEquals(List.of("input-without-digest"), reasons(read("zone", "table/part-0.parquet")));
    assertEquals(0, lake.statements("zone").size());
  }

  @Test
  void takesALandingZoneForItsFilesThoughATableLiesBesideThem() throws Exception {
    lake.write("zone/a.csv", "1");
    lake.write("zone/metadata/about.json", "{}");
    lake.write("zone/table/part-0.parquet", "live");
    lake.write("zone/table/_delta_log/00000000000000000000.json", "{}");
    assertEquals(List.of(), reasons(read("zone", "a.csv")));
    assertEquals(1, lake.statements("zone").size());
  }

  @Test
  void takesATableForItsFilesWhereSomebodyAttestedThem() throws Exception {
    lake.produce("table", "overwrite", Map.of("part-0.parquet", "live"));
    lake.write("table/_delta_log/00000000000000000000.json", "{}");
    JsonObject out = read("table", "part-0.parquet");
    assertEquals(List.of(), reasons(out));
    assertEquals(sha256(lake.newest("table")), input(out, 0).object("digest").string("sha256"));
    lake.write("table/part-0.parquet", "altered");
    assertTrue(input(read("table", "part-0.parquet"), 0).has("differsFrom"), "and says so where they were altered");
  }

  @Test
  void looksForTablesAboveOnceInAWhile() throws Exception {
    lake.write("zone/day=1/a.csv", "1");
    lake.write("zone/day=2/a.csv", "2");
    try (Run run = lake.run()) {
      int asked = 0;
      for (String day : List.of("zone/day=1", "zone/day=2")) {
        ExecutionFacts execution = lake.execution();
        lake.scan(execution, day);
        lake.data.asked.set(0);
        run.execution(execution);
        if (asked > 0) assertTrue(lake.data.asked.get() <= asked - 6, "neither zone nor what is above it");
        asked = lake.data.asked.get();
      }
    }
  }

  @Test
  void takesALakeForItsFilesThoughItKeepsNotesOnThemAbove() throws Exception {
    lake.write("noted/metadata/customers.metadata.json", "{}");
    lake.write("noted/metadata/v2-of-orders.metadata.json", "{}");
    lake.write("noted/raw/orders/part-0", "x");
    assertEquals(List.of(), reasons(read("noted/raw/orders", "part-0")));
    assertEquals(1, lake.statements("noted/raw/orders").size());
    lake.write("noted/raw/one.csv", "x");
    assertEquals(List.of(), reasons(read("noted/raw/one.csv", "")), "a file by itself");
    assertEquals(List.of("input-without-digest"), reasons(read("noted", "raw/one.csv")), "FORMATS §1: the path that was read holds one");
  }

  @Test
  void knowsATableAboveByEachNameThatIcebergGives() throws Exception {
    String uuid = "0a6ac07e-25ab-4d3c-8b52-8d1c9f3f1f3a";
    List<String> names =
        List.of(
            "v12.metadata.json",
            "v1.gz.metadata.json",
            "v1.metadata.json.gz",
            "00003-" + uuid + ".metadata.json",
            "00003-" + uuid + ".gz.metadata.json",
            "100000-" + uuid + ".metadata.json.gz",
            "snap-4358109269898191111-1-" + uuid + ".avro",
            uuid + "-m0.avro");
    for (int i = 0; i < names.size(); i++) {
      lake.write("iceberg" + i + "/metadata/" + names.get(i), "{}");
      lake.write("iceberg" + i + "/data/day=1/part-0", "x");
      assertEquals(List.of("input-without-digest"), reasons(read("iceberg" + i + "/data/day=1", "part-0")), names.get(i));
    }
  }

  @Test
  void looksAtNoMoreOfAFolderAboveThanTellsATable() throws Exception {
    for (int i = 0; i < 2500; i++) lake.write("images/metadata/" + i + ".json", "{}");
    lake.write("images/raw/part-0", "x");
    lake.data.shown.set(0);
    assertEquals(List.of(), reasons(read("images/raw", "part-0")));
    assertTrue(lake.data.shown.get() < 2100, "shown: " + lake.data.shown);
  }

  private void assertUnresolved(String below, String file) throws Exception {
    for (int i = 0; i < LOGS.size(); i++) {
      String table = "table" + i;
      String root = table + below;
      lake.write(file.isEmpty() ? root : root + "/" + file, "live");
      lake.write(table + "/part-1.parquet", "removed by its log");
      lake.write(table + "/" + LOGS.get(i), "{}");
      JsonObject out = read(root, file);
      assertEquals(List.of("input-without-digest"), reasons(out), root + " " + LOGS.get(i));
      assertEquals(0, lake.statements(root).size(), root);
      assertEquals(0, lake.data.opened.get(), "nothing is hashed in vain");
    }
  }

  private JsonObject read(String root, String file) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, root, file);
      lake.output(execution, "out", "overwrite", Map.of("part-0", "of " + root));
      lake.data.opened.set(0);
      run.execution(execution);
    }
    return lake.newest("out");
  }
}
