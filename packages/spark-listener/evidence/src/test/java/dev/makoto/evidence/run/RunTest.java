package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.input;
import static dev.makoto.evidence.run.Lake.predicate;
import static dev.makoto.evidence.run.Lake.reasons;
import static dev.makoto.evidence.run.Lake.sha256;
import static dev.makoto.evidence.run.Lake.subject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.MerkleTree;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.JobFacts;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.StageFacts;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.facts.WriteFacts;
import dev.makoto.evidence.facts.WrittenFile;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Predicate;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run states of what it read and wrote. */
class RunTest {
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
      assertEquals(sumOfSums("curated"), sha256(transform));
      assertEquals("7", subject(transform).object("digest").string("recordCount"));
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
    produce("a", Map.of("part-0", "one"));
    consume("a", "b");
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
    produce("a", Map.of("part-0", "one"));
    lake.write("a/part-0", "two");
    for (String path : lake.objects().keySet()) {
      if (!path.startsWith("indexes/")) continue;
      Path index = lake.storeFolder.resolve(path);
      String now = Long.toString(Files.getLastModifiedTime(lake.folder.resolve("a/part-0")).toMillis());
      String object = new String(Files.readAllBytes(index), StandardCharsets.UTF_8);
      Files.write(index, object.replaceAll("\"mtime\":\"\\d+\"", "\"mtime\":\"" + now + "\"").getBytes(StandardCharsets.UTF_8));
    }
    consume("a", "b");
    assertTrue(lake.data.opened.get() > 0);
    assertTrue(input(lake.newest("b"), 0).has("differsFrom"));
  }

  @Test
  void raisesTheAlarmWhereProducedDataWasAlteredBetweenTwoJobs() throws Exception {
    produce("a", Map.of("part-0", "one", "part-1", "two"));
    JsonObject produced = lake.newest("a");
    lake.write("a/part-1", "TWO");
    consume("a", "b");
    JsonObject transform = lake.newest("b");
    assertFalse(input(transform, 0).has("attestationRef"));
    assertFalse(input(transform, 0).has("attestationDigest"));
    assertEquals(bundleOf("a"), input(transform, 0).object("differsFrom").object("attestationDigest").string("sha256"));
    assertNotEquals(sha256(produced), input(transform, 0).object("digest").string("sha256"));
    assertEquals(sumOfSums("a"), input(transform, 0).object("digest").string("sha256"));
    assertEquals(List.of("input-differs-from-attested"), reasons(transform));
    assertEquals("partial", predicate(transform).object("completeness").string("inputs"));
    assertEquals(1, lake.statements("a").size(), "no fresh origin");
  }

  @Test
  void raisesTheAlarmWhereAnOlderVersionWasPutBack() throws Exception {
    produce("a", Map.of("part-0", "one"));
    produce("a", Map.of("part-0", "two"));
    lake.write("a/part-0", "one");
    consume("a", "b");
    assertTrue(input(lake.newest("b"), 0).has("differsFrom"));
  }

  @Test
  void refersToTheVersionThatWasReadWhereItWasReplacedMeanwhile() throws Exception {
    produce("a", Map.of("part-0", "one"));
    String read = bundleOf("a");
    try (Run reader = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "a");
      produce("a", Map.of("part-0", "two!"));
      lake.output(execution, "b", "overwrite", Map.of("part-0", "three"));
      reader.execution(execution);
      assertEquals(read, input(lake.newest("b"), 0).object("attestationDigest").string("sha256"));
    }
  }

  @Test
  void observesALandingZoneAgainAndCountsWhatChanged() throws Exception {
    lake.write("landing/a.csv", "1");
    lake.write("landing/b.csv", "2");
    lake.write("landing/c.csv", "3");
    consume("landing", "out1");
    lake.write("landing/b.csv", "22");
    lake.write("landing/d.csv", "4");
    lake.write("landing/e.csv", "5");
    Files.delete(lake.folder.resolve("landing/c.csv"));
    consume("landing", "out2");
    List<JsonObject> observed = lake.statements("landing");
    assertEquals(2, observed.size());
    assertFalse(predicate(observed.get(0)).has("change"));
    JsonObject change = predicate(observed.get(1)).object("change");
    assertEquals(Map.of("appended", 2L, "altered", 1L, "removed", 1L), change.fields());
    assertEquals(sha256(observed.get(0)), predicate(observed.get(1)).object("previous").string("sha256"));
    assertEquals(sumOfSums("landing"), sha256(observed.get(1)));
    assertEquals(sha256(observed.get(1)), input(lake.newest("out2"), 0).object("digest").string("sha256"));
  }

  @Test
  void doesNotObserveAgainWhatHasNotChanged() throws Exception {
    lake.write("landing/a.csv", "1");
    consume("landing", "out1");
    consume("landing", "out2");
    assertEquals(1, lake.statements("landing").size());
  }

  @Test
  void namesTheSubsetWhereLessWasReadThanTheVersionHolds() throws Exception {
    produce("a", Map.of("year=1/part-0", "one", "year=2/part-0", "two"));
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
    assertEquals(sumOfSums("raw"), sha256(lake.newest("raw")));
    assertEquals(1L, input(lake.newest("out"), 0).object("observed").get("files"));
    assertTrue(input(lake.newest("out"), 0).object("observed").has("subset"));
  }

  @Test
  void addsWhatWasThereToWhatItAppended() throws Exception {
    produce("a", Map.of("part-0", "one"));
    lake.write("a/part-foreign", "of somebody else");
    Files.setLastModifiedTime(lake.folder.resolve("a/part-foreign"), java.nio.file.attribute.FileTime.fromMillis(1000));
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, "a", "append", Map.of("part-1", "two"));
      run.execution(execution);
    }
    JsonObject transform = lake.newest("a");
    assertEquals(sumOfSums("a"), sha256(transform));
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
      Files.setLastModifiedTime(lake.folder.resolve("a/part-1"), java.nio.file.attribute.FileTime.fromMillis(first.finishedOn + 50));
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
    assertEquals(sumOfSums("a"), sha256(lake.newest("a")));
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
    assertEquals(sumOfSums("a"), sha256(lake.newest("a")));
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
  void saysWhichInputsHaveNoDigest() throws Exception {
    lake.write("raw/a.csv", "1");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "raw");
      execution.unresolved.add(new UnresolvedInput("jdbc:postgresql:orders", "input-without-digest"));
      generated(execution);
      execution.reasons.add(Reason.PLAN_NOT_UNDERSTOOD);
      lake.output(execution, "out", "overwrite", Map.of("part-0", "x"));
      run.execution(execution);
    }
    JsonObject transform = lake.newest("out");
    assertEquals(2, predicate(transform).list("unresolvedInputs").size());
    assertEquals(List.of("input-without-digest", "plan-not-understood"), reasons(transform));
    assertEquals("partial", predicate(transform).object("completeness").string("inputs"));
    assertEquals("full", predicate(transform).object("completeness").string("outputs"));
  }

  @Test
  void statesAnOriginWhereNoInputCouldBeResolved() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      execution.unresolved.add(new UnresolvedInput("jdbc:postgresql:orders", "input-without-digest"));
      lake.output(execution, "out", "create", Map.of("part-0", "x"));
      run.execution(execution);
    }
    JsonObject origin = lake.newest("out");
    assertEquals(Predicate.ORIGIN, origin.string("predicateType"));
    assertEquals("database", predicate(origin).object("origin").string("sourceType"));
    assertEquals("spark-batch", predicate(origin).object("origin").string("collectionMethod"));
    assertTrue(predicate(origin).object("collector").string("id").endsWith("#agent"));
    assertTrue(predicate(origin).has("transform"));
    assertTrue(predicate(origin).has("executor"));
    assertTrue(predicate(origin).has("written"));
  }

  @Test
  void leavesTooLargeInputsOutAndSaysSo() throws Exception {
    lake.write("raw/a.csv", "12345");
    lake.settings.put("makoto.budget", "4b");
    consume("raw", "out");
    JsonObject origin = lake.newest("out");
    assertEquals(List.of("input-over-budget"), reasons(origin));
    assertEquals(0, lake.statements("raw").size());
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
    consume("warehouse/orders", "out");
    assertEquals("dataset:spark_catalog.default.orders", input(lake.newest("out"), 0).string("name"));
    assertEquals(0, lake.data.opened.get());
  }

  @Test
  void attestsStagesParentsFirst() throws Exception {
    lake.write("raw/a.csv", "1");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "raw").rddIds.add(5);
      StageFacts result = new StageFacts(2, 0);
      result.parents.add(1);
      result.parents.add(0);
      StageFacts scan = new StageFacts(1, 1);
      scan.rddIds.add(5);
      scan.name = "csv at Job.scala:12";
      execution.stages.add(result);
      execution.stages.add(scan);
      lake.output(execution, "out", "overwrite", Map.of("part-0", "x"));
      run.execution(execution);

      JsonObject stagesRef = predicate(lake.newest("out")).object("stagesRef");
      assertEquals("runs/" + run.runId() + "/stages/0.sigstore.jsonl", stagesRef.string("ref"));
      byte[] object = Files.readAllBytes(lake.storeFolder.resolve(stagesRef.string("ref")));
      assertEquals(stagesRef.object("digest").string("sha256"), Sha256.hex(object));
      String[] lines = new String(object, StandardCharsets.UTF_8).split("\n");
      JsonObject first = lake.payload(lines[0].getBytes(StandardCharsets.UTF_8));
      JsonObject second = lake.payload(lines[1].getBytes(StandardCharsets.UTF_8));
      assertEquals("stage:" + run.runId() + "/1.1", subject(first).string("name"));
      assertEquals(lake.name("raw"), input(first, 0).string("name"));
      JsonObject facts = predicate(first).object("transform").object("parameters").object("stage");
      assertEquals(Sha256.hex(Json.canonicalize(facts)), sha256(first));
      assertEquals(subject(first).string("name"), input(second, 0).string("name"));
      assertEquals(sha256(first), input(second, 0).object("digest").string("sha256"));
      assertEquals(Sha256.hex(lines[0]), input(second, 0).object("attestationDigest").string("sha256"));
      assertEquals(stagesRef.string("ref"), input(second, 0).string("attestationRef"));
      JsonObject skipped = (JsonObject) predicate(second).list("unresolvedInputs").get(0);
      assertEquals("stage-of-another-execution", skipped.string("reason"));
      assertEquals("stage:" + run.runId() + "/0.0", skipped.string("name"));
    }
  }

  @Test
  void attestsAJobOutsideSqlByItsStages() throws Exception {
    try (Run run = lake.run()) {
      JobFacts job = new JobFacts(7);
      job.stages.add(new StageFacts(3, 0));
      run.job(job);
      run.seal("succeeded");
      assertTrue(Files.exists(lake.storeFolder.resolve("runs/" + run.runId() + "/stages/job-7.sigstore.jsonl")));
    }
  }

  @Test
  void attestsNothingThatAFailedExecutionWrote() throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      execution.failed = true;
      lake.output(execution, "a", "overwrite", Map.of("part-0", "one"));
      run.execution(execution);
      run.seal("succeeded");
      assertEquals(0, lake.statements("a").size());
      JsonObject seal = lake.records(run).get(1);
      assertEquals("failed", seal.string("outcome"));
      assertEquals(Map.of("succeeded", 0L, "failed", 1L), seal.object("executions").fields());
    }
  }

  @Test
  void sealsTheRunWithEveryBundleInOrder() throws Exception {
    lake.write("raw/a.csv", "1");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "raw");
      execution.stages.add(new StageFacts(0, 0));
      lake.output(execution, "out", "overwrite", Map.of("part-0", "x"));
      run.execution(execution);
      run.gap("something", 2);
      run.droppedEvents(3);
      run.seal("succeeded");
      List<JsonObject> records = lake.records(run);
      assertEquals("start", records.get(0).string("kind"));
      JsonObject seal = records.get(1);
      assertEquals("seal", seal.string("kind"));
      assertEquals(List.of(bundleOf("raw"), predicate(lake.newest("out")).object("stagesRef").object("digest").string("sha256"), bundleOf("out")), seal.list("bundles"));
      List<byte[]> leaves = new ArrayList<>();
      for (Object digest : seal.list("bundles")) leaves.add(Hex.decode((String) digest));
      assertEquals(Hex.encode(MerkleTree.rootOf(leaves)), seal.string("root"));
      assertEquals(3L, seal.get("total"));
      assertEquals(3L, seal.get("droppedEvents"));
      assertEquals(2L, ((JsonObject) seal.list("gaps").get(0)).get("count"));
      assertEquals(lake.name("raw"), ((JsonObject) seal.list("reads").get(0)).string("name"));
      assertEquals(lake.name("out"), ((JsonObject) seal.list("writes").get(0)).string("name"));
      JsonObject dbom = lake.payload(Files.readAllBytes(lake.storeFolder.resolve("runs/" + run.runId() + "/dbom.sigstore.json")));
      assertEquals(Sha256.hex(Json.canonicalize(seal)), sha256(dbom));
      assertEquals(lake.name("raw"), ((JsonObject) predicate(dbom).list("sources").get(0)).string("name"));
      assertEquals(List.of(lake.name("out")), ((JsonObject) predicate(dbom).list("transformations").get(0)).list("outputs"));
      assertFalse(predicate(dbom).has("verification"));
    }
  }

  @Test
  void namesManyFilesByAManifest() throws Exception {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 1001; i++) many.put("part-" + i, "x" + i);
    produce("a", many);
    JsonObject statement = lake.newest("a");
    assertFalse(predicate(statement).has("files"));
    JsonObject manifest = predicate(statement).object("manifest");
    assertEquals("manifests/" + sha256(statement) + ".sha256sums.gz", manifest.string("ref"));
    assertEquals(1001L, manifest.get("entries"));
    byte[] lines = dev.makoto.evidence.store.Content.gunzip(Files.readAllBytes(lake.storeFolder.resolve(manifest.string("ref"))), 1 << 20);
    assertEquals(sha256(statement), Sha256.hex(lines));
    assertEquals(manifest.string("bytes"), Integer.toString(lines.length));
    consume("a", "b");
    assertEquals(sha256(statement), input(lake.newest("b"), 0).object("digest").string("sha256"));
    assertEquals(0, lake.data.opened.get());
  }

  @Test
  void referencesOnlyWhereAskedToHashNothing() throws Exception {
    lake.settings.put("makoto.digest.inputs", "reference");
    produce("a", Map.of("part-0", "one"));
    consume("a", "b");
    assertTrue(input(lake.newest("b"), 0).has("attestationRef"));
    lake.write("raw/a.csv", "1");
    consume("raw", "c");
    assertEquals(List.of("input-without-digest"), reasons(lake.newest("c")));
    assertEquals(0, lake.data.opened.get());
  }

  private void produce(String root, Map<String, String> files) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, root, "overwrite", files);
      run.execution(execution);
      run.seal("succeeded");
    }
  }

  private void consume(String from, String to) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, from);
      lake.output(execution, to, "overwrite", Map.of("part-0", "made of " + from));
      run.execution(execution);
      run.seal("succeeded");
    }
  }

  private static void generated(ExecutionFacts execution) {
    execution.unresolved.add(new UnresolvedInput("range", "generated"));
  }

  private String bundleOf(String root) throws Exception {
    List<String> pointers = new ArrayList<>(lake.store.list("names/" + dev.makoto.evidence.statement.Names.hash(lake.name(root))));
    pointers.sort(null);
    String newest = pointers.get(pointers.size() - 1);
    return newest.substring(newest.length() - 64);
  }

  /** The line of FORMATS §1, run by the shell. */
  private String sumOfSums(String root) throws Exception {
    String line = "find . -mindepth 1 \\( -name '.*' -o -name '_*' ! -name '*=*' -o -name '*._COPYING_' \\) -prune -o -type f -printf '%P\\n'"
        + " | LC_ALL=C sort | xargs -r -d '\\n' sha256sum -- | sha256sum";
    Process process = new ProcessBuilder("/bin/sh", "-c", line).directory(new File(lake.folder.toFile(), root)).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return output.substring(0, 64);
  }
}
