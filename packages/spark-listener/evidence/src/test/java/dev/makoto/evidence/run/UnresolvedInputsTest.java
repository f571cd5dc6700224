package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.reasons;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Predicate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of inputs that have no digest. */
class UnresolvedInputsTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
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
    lake.consume("raw", "out");
    JsonObject origin = lake.newest("out");
    assertEquals(List.of("input-over-budget"), reasons(origin));
    assertEquals(0, lake.statements("raw").size());
  }
}
