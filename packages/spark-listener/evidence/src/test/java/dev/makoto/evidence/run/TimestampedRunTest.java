package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.time.TimestampAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does about the time of its signatures. */
class TimestampedRunTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void timestampsDatasetsAndRunsButNotStages() throws Exception {
    try (TimestampAuthority authority = new TimestampAuthority()) {
      lake.settings.put("makoto.timestamp.url", authority.url());
      produce("a");
      assertEquals(4, authority.asked.get(), "start, dataset, seal, DBOM");
      assertTrue(bundleText("a").contains("rfc3161Timestamps"));
    }
  }

  @Test
  void attestsWithoutATimestampWhereTheAuthorityIsDownAndSaysSo() throws Exception {
    try (TimestampAuthority authority = new TimestampAuthority()) {
      authority.answer = TimestampAuthority.Answer.HTTP_ERROR;
      lake.settings.put("makoto.timestamp.url", authority.url());
      JsonObject seal = produce("a");
      assertFalse(bundleText("a").contains("rfc3161Timestamps"));
      assertEquals("timestamp-unavailable", ((JsonObject) seal.list("gaps").get(0)).string("reason"));
      assertTrue((Long) ((JsonObject) seal.list("gaps").get(0)).get("count") >= 2);
      assertEquals(2, authority.asked.get(), "one retry, then it is left alone for a while");
    }
  }

  @Test
  void asksTheNextAuthorityWhereTheFirstIsDown() throws Exception {
    try (TimestampAuthority down = new TimestampAuthority(); TimestampAuthority up = new TimestampAuthority()) {
      down.answer = TimestampAuthority.Answer.HTTP_ERROR;
      lake.settings.put("makoto.timestamp.url", down.url() + "," + up.url());
      JsonObject seal = produce("a");
      assertTrue(bundleText("a").contains("rfc3161Timestamps"));
      assertEquals(List.of(), seal.list("gaps"));
      assertEquals(1, down.asked.get(), "it is left alone for a while");
    }
  }

  @Test
  void waitsForAnAuthorityThatComesBackWhereATimestampIsRequired() throws Exception {
    try (TimestampAuthority authority = new TimestampAuthority()) {
      authority.failures.set(3);
      lake.settings.putAll(Map.of("makoto.timestamp.url", authority.url(), "makoto.timestamp", "required", "makoto.timeout", "60s"));
      assertEquals(List.of(), produce("a").list("gaps"));
      assertTrue(bundleText("a").contains("rfc3161Timestamps"));
    }
  }

  @Test
  void waitsNoLongerAtTheEndAndSaysWhatHasNoTimestamp() throws Exception {
    try (TimestampAuthority authority = new TimestampAuthority()) {
      authority.answer = TimestampAuthority.Answer.HTTP_ERROR;
      lake.settings.putAll(Map.of("makoto.timestamp.url", authority.url(), "makoto.timestamp", "required", "makoto.timeout", "2s"));
      lake.end.set(0);
      JsonObject seal = produce("a");
      assertEquals(2, authority.asked.get());
      assertFalse(bundleText("a").contains("rfc3161Timestamps"));
      assertEquals("timestamp-unavailable", ((JsonObject) seal.list("gaps").get(0)).string("reason"));
    }
  }

  @Test
  void doesNotStartWithoutTheTimestampThatIsRequiredWhereFailingIsAskedFor() throws Exception {
    try (TimestampAuthority authority = new TimestampAuthority()) {
      authority.answer = TimestampAuthority.Answer.REJECTED;
      lake.settings.putAll(Map.of("makoto.timestamp.url", authority.url(), "makoto.timestamp", "required", "makoto.on-failure", "fail"));
      assertEquals("timestamp.url", assertThrows(ConfigurationException.class, () -> lake.run()).key);
      assertEquals(Map.of(), lake.objects());
      authority.answer = TimestampAuthority.Answer.RIGHT;
      lake.run().close();
    }
  }

  private JsonObject produce(String root) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      generated(execution);
      lake.output(execution, root, "overwrite", Map.of("part-0", "one"));
      run.execution(execution);
      run.seal("succeeded");
      return lake.records(run).get(1);
    }
  }

  private String bundleText(String root) throws Exception {
    String[] parts = lake.pointer(root).split("_");
    return Files.readString(lake.storeFolder.resolve("attestations/" + parts[1] + "/" + parts[2] + ".sigstore.json"));
  }
}
