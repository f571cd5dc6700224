package dev.makoto.evidence.statement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** FORMATS §2 and §3, from the vectors that all languages run. */
class NamesVectorsTest {
  @TestFactory
  Stream<DynamicTest> namesDatasets() throws IOException {
    return Repository.rows(Repository.fixture("names.json")).stream().map(row -> DynamicTest.dynamicTest(row.string("why") + ": " + row.string("input"), () -> {
      if (row.string("name") == null) assertThrows(RefusedException.class, () -> Names.datasetName(row.string("input"), row.string("base")));
      else assertEquals(row.string("name"), Names.datasetName(row.string("input"), row.string("base")));
    }));
  }

  @TestFactory
  Stream<DynamicTest> givesAttestationsTheirIdentity() throws IOException {
    return Repository.tests(Repository.rows(Repository.fixture("identity.json")), row -> assertEquals(
        row.string("identity"),
        Identity.of(row.string("predicateType"), row.string("name"), row.string("sha256"), row.string("run"), row.string("version"))));
  }

  @TestFactory
  Stream<DynamicTest> writesStatements() throws IOException {
    return Repository.tests(Repository.rows(Repository.fixture("statement.json")), row -> {
      byte[] bytes = Json.canonicalize(row.get("statement"));
      assertEquals(row.string("bytes"), new String(bytes, StandardCharsets.UTF_8));
      assertEquals(row.string("sha256"), Sha256.hex(bytes));
    });
  }

  @Test
  void truncatesTimes() {
    assertEquals("2026-11-21T03:20:00.999Z", Times.render(1795231200999L));
    assertEquals("20261121T032000.999Z", Times.renderForPath(1795231200999L));
  }

  @Test
  void rendersEveryTimeAsJavasOwnFormatterDoes() {
    DateTimeFormatter formatter = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    for (String time : List.of("1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00Z", "2024-02-29T01:02:03.040Z", "9999-12-31T23:59:59.900Z")) {
      Instant instant = Instant.parse(time);
      assertEquals(formatter.format(instant), Times.render(instant.toEpochMilli()));
    }
  }

  @Test
  void spellsALocationOneWay() throws RefusedException {
    assertEquals("s3://lake/a b/c?d", Location.keyOf("s3a://lake//a b/c?d"));
    assertEquals(Location.keyOf("file:///lake/x"), Location.keyOf("/lake/x"));
    assertEquals("part-0", Location.below("file:/lake/x", "file:/lake/x/part-0"));
    assertNull(Location.below("file:/lake/x", "file:/lake/xy/part-0"));
    assertEquals("file:/", Location.parentOf("file:/lake"));
    assertNull(Location.parentOf("s3://lake"));
  }
}
