package dev.makoto.evidence.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.Repository;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.StageFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Leaves a lake with its store under {@code target/sample-store}, for other languages to verify. */
class SampleStoreTest {
  @Test
  void leavesAStoreForOtherLanguages() throws Exception {
    Path folder = Path.of("target/sample-store").toAbsolutePath();
    remove(folder);
    Files.createDirectories(folder);
    Lake lake = new Lake(folder);
    Files.writeString(folder.resolve("key.pub"), Repository.fixtureObject("bundle.json").string("publicKey"));
    lake.write("raw/flights.csv", "carrier,delay\nUA,2\nAA,4\n");
    lake.write("raw/planes.csv", "tail,year\nN10156,2004\n");
    try (Run run = lake.run()) {
      ExecutionFacts clean = lake.execution();
      lake.scan(clean, "raw/flights.csv").rddIds.add(1);
      lake.scan(clean, "raw/planes.csv").rddIds.add(2);
      StageFacts scan = new StageFacts(0, 0);
      scan.rddIds.add(1);
      scan.rddIds.add(2);
      StageFacts write = new StageFacts(1, 0);
      write.parents.add(0);
      clean.stages.add(write);
      clean.stages.add(scan);
      lake.output(clean, "curated", "overwrite", Map.of("year=2013/part-0.csv", "UA,2", "year=2014/part-0.csv", "AA,4"));
      run.execution(clean);
      ExecutionFacts aggregate = lake.execution();
      lake.scan(aggregate, "curated/year=2013");
      lake.output(aggregate, "report", "create", Map.of("part-0.csv", "UA,1"));
      run.execution(aggregate);
      run.seal("succeeded");
    }
    assertEquals(1, lake.statements("report").size());
    assertTrue(Files.exists(folder.resolve("key.pem")));
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
    }
  }
}
