package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.sha256;
import static dev.makoto.evidence.run.Statements.subject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.MerkleTree;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.JobFacts;
import dev.makoto.evidence.facts.StageFacts;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run states of its stages, its jobs and itself. */
class RunRecordsTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
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
      assertEquals(List.of(lake.bundleOf("raw"), predicate(lake.newest("out")).object("stagesRef").object("digest").string("sha256"), lake.bundleOf("out")), seal.list("bundles"));
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
}
