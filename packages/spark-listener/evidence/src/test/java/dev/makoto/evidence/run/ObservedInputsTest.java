package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.reasons;
import static dev.makoto.evidence.run.Statements.sha256;
import static dev.makoto.evidence.run.Statements.subject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Predicate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run states of data that it found, and of the part of it that it read. */
class ObservedInputsTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void statesWhereFoundDataCameFromAndWhatWasMadeOfIt() throws Exception {
    lake.write("raw/flights.csv", "a,b\n1,2\n");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "raw/flights.csv");
      lake.output(execution, "curated", "overwrite", Map.of("part-0.csv", "x", "year=2013/part-1.csv", "y"));
      run.execution(execution);
      run.seal("succeeded");

      JsonObject origin = lake.newest("raw/flights.csv");
      assertEquals(Predicate.ORIGIN, origin.string("predicateType"));
      assertEquals("file", subject(origin).object("annotations").string("kind"));
      assertEquals(Sha256.hex("a,b\n1,2\n"), sha256(origin));
      assertEquals("observed-at-read", predicate(origin).object("origin").string("collectionMethod"));
      assertTrue(predicate(origin).object("collector").string("id").endsWith("#observer"));
      assertNull(predicate(origin).get("previous"));
      assertTrue(predicate(origin).has("previous"));

      JsonObject transform = lake.newest("curated");
      assertEquals(Predicate.TRANSFORM, transform.string("predicateType"));
      assertEquals(lake.sumOfSums("curated"), sha256(transform));
      assertEquals("07", subject(transform).object("digest").string("recordCount"));
      assertEquals(lake.name("raw/flights.csv"), input(transform, 0).string("name"));
      assertEquals(sha256(origin), input(transform, 0).object("digest").string("sha256"));
      String ref = input(transform, 0).string("attestationRef");
      String bundle = input(transform, 0).object("attestationDigest").string("sha256");
      assertEquals("attestations/" + sha256(origin) + "/" + bundle + ".sigstore.json", ref);
      assertEquals(bundle, Sha256.hex(Files.readAllBytes(lake.storeFolder.resolve(ref))));
      assertEquals("full", predicate(transform).object("completeness").string("inputs"));
      assertEquals("full", predicate(transform).object("completeness").string("outputs"));
      assertEquals(List.of(), reasons(transform));
      assertEquals("in-stream", predicate(transform).object("written").string("digestSource"));
    }
  }

  @Test
  void observesALandingZoneAgainAndCountsWhatChanged() throws Exception {
    lake.write("landing/a.csv", "1");
    lake.write("landing/b.csv", "2");
    lake.write("landing/c.csv", "3");
    lake.consume("landing", "out1");
    lake.write("landing/b.csv", "22");
    lake.write("landing/d.csv", "4");
    lake.write("landing/e.csv", "5");
    Files.delete(lake.folder.resolve("landing/c.csv"));
    lake.consume("landing", "out2");
    List<JsonObject> observed = lake.statements("landing");
    assertEquals(2, observed.size());
    assertFalse(predicate(observed.get(0)).has("change"));
    JsonObject change = predicate(observed.get(1)).object("change");
    assertEquals(Map.of("appended", 2L, "altered", 1L, "removed", 1L), change.fields());
    assertEquals(sha256(observed.get(0)), predicate(observed.get(1)).object("previous").string("sha256"));
    assertEquals(lake.sumOfSums("landing"), sha256(observed.get(1)));
    assertEquals(sha256(observed.get(1)), input(lake.newest("out2"), 0).object("digest").string("sha256"));
  }

  @Test
  void doesNotObserveAgainWhatHasNotChanged() throws Exception {
    lake.write("landing/a.csv", "1");
    lake.consume("landing", "out1");
    lake.consume("landing", "out2");
    assertEquals(1, lake.statements("landing").size());
  }

  @Test
  void namesTheSubsetWhereLessWasReadThanTheVersionHolds() throws Exception {
    lake.produce("a", "overwrite", Map.of("year=1/part-0", "one", "year=2/part-0", "two"));
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "a/year=2");
      lake.output(execution, "b", "overwrite", Map.of("part-0", "three"));
      run.execution(execution);
    }
    JsonObject read = input(lake.newest("b"), 0);
    assertEquals(lake.name("a"), read.string("name"), "a partition directory belongs to its dataset");
    assertEquals(sha256(lake.newest("a")), read.object("digest").string("sha256"));
    JsonObject file = (JsonObject) read.object("observed").object("subset").list("files").get(0);
    assertEquals("year=2/part-0", file.string("name"));
    assertEquals(Sha256.hex("two"), file.object("digest").string("sha256"));
    assertEquals(Sha256.hex(Sha256.hex("two") + "  year=2/part-0\n"), read.object("observed").object("subset").string("sha256"));
  }

  @Test
  void observesTheWholeDatasetWhereAPartWasRead() throws Exception {
    lake.write("raw/a.csv", "1");
    lake.write("raw/b.csv", "2");
    lake.write("raw/_SUCCESS", "");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "raw", "a.csv");
      lake.output(execution, "out", "overwrite", Map.of("part-0", "x"));
      run.execution(execution);
    }
    assertEquals(lake.sumOfSums("raw"), sha256(lake.newest("raw")));
    assertEquals(1L, input(lake.newest("out"), 0).object("observed").get("files"));
    assertTrue(input(lake.newest("out"), 0).object("observed").has("subset"));
  }

  @Test
  void doesNotHashTheRestOfALandingZoneAgain() throws Exception {
    for (int day = 0; day < 20; day++) lake.write("landing/day=" + day + "/f.csv", "day " + day);
    for (int day = 20; day < 23; day++) {
      String file = "day=" + day + "/f.csv";
      lake.write("landing/" + file, "day " + day);
      lake.data.opened.set(0);
      try (Run run = lake.run()) {
        ExecutionFacts execution = lake.execution();
        lake.scan(execution, "landing", file);
        lake.output(execution, "out", "overwrite", Map.of("part-0", "of " + file));
        run.execution(execution);
        run.seal("succeeded");
      }
      assertEquals(day == 20 ? 21 : 1, lake.data.opened.get(), file);
      assertEquals(lake.sumOfSums("landing"), sha256(lake.newest("landing")));
      assertEquals(List.of(), reasons(lake.newest("landing")));
    }
  }

  @Test
  void hashesWhatChangedInTheRestOfALandingZone() throws Exception {
    lake.write("landing/day=1/f.csv", "one");
    lake.write("landing/day=2/f.csv", "two");
    lake.consume("landing", "out");
    lake.write("landing/day=1/f.csv", "one, again");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.write("landing/day=3/f.csv", "three");
      lake.scan(execution, "landing", "day=3/f.csv");
      run.execution(execution);
    }
    assertEquals(lake.sumOfSums("landing"), sha256(lake.newest("landing")));
  }
}
