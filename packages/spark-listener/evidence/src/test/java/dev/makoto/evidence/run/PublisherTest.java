package dev.makoto.evidence.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.facts.RunFacts;
import dev.makoto.evidence.store.PutResult;
import dev.makoto.evidence.store.Spool;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made while the store is away, and the spool full, is not lost once the store is there again. */
class PublisherTest {
  private static final int HALF_OF_THE_SPOOL = 40 << 20;
  private static final int SHARE_OF_THE_DISK = 400;
  @TempDir Path spools;
  private final List<String> warnings = new ArrayList<String>();
  private final Gaps gaps = new Gaps();
  private final AwayStore store = new AwayStore();
  private final SetClock clock = new SetClock();

  @Test
  void storesWhatWaitsBeforeItGivesUpANewBatch() throws Exception {
    Publisher publisher = publisher();
    publisher.put("attestations/a", new byte[HALF_OF_THE_SPOOL]);
    publisher.commit();
    store.away = false;
    clock.now = clock.now.plusSeconds(3600);
    publisher.put("attestations/b", new byte[HALF_OF_THE_SPOOL]);
    publisher.commit();
    assertEquals(Arrays.asList("attestations/a", "attestations/b"), store.paths);
    assertEquals(0, gaps.count("object-lost"));
  }

  @Test
  void asksTheStoreOnceMoreAtTheEnd() throws Exception {
    Publisher publisher = publisher();
    publisher.put("attestations/a", new byte[HALF_OF_THE_SPOOL]);
    publisher.commit();
    store.away = false;
    publisher.put("runs/seal", new byte[HALF_OF_THE_SPOOL]);
    assertTrue(publisher.flush(0));
    assertEquals(Arrays.asList("attestations/a", "runs/seal"), store.paths);
    assertEquals(0, gaps.count("object-lost"));
  }

  @Test
  void countsWhatIsLostWhileTheStoreStaysAway() throws Exception {
    Publisher publisher = publisher();
    for (int i = 0; i < 2; i++) {
      publisher.put("attestations/" + i, new byte[HALF_OF_THE_SPOOL]);
      publisher.commit();
    }
    assertEquals(1, gaps.count("object-lost"));
  }

  @Test
  void losesNothingWhereOtherRunsHaveLeftTheSpoolFull() throws Exception {
    fillTheSpoolOfAnotherSink();
    store.away = false;
    try (Spool spool = Spool.open(spools, "b", "run", SHARE_OF_THE_DISK)) {
      Publisher publisher = publisher(spool);
      for (int i = 0; i < 3; i++) {
        publisher.put("attestations/" + i, new byte[100]);
        publisher.commit();
      }
      publisher.put("runs/seal", new byte[100]);
      assertTrue(publisher.flush(0));
    }
    assertEquals(Arrays.asList("attestations/0", "attestations/1", "attestations/2", "runs/seal"), store.paths);
    assertEquals(0, gaps.count("object-lost"));
  }

  @Test
  void waitsInMemoryWhereTheSpoolIsFullAndTheStoreIsAway() throws Exception {
    fillTheSpoolOfAnotherSink();
    try (Spool spool = Spool.open(spools, "b", "run", SHARE_OF_THE_DISK)) {
      Publisher publisher = publisher(spool);
      publisher.put("attestations/0", new byte[100]);
      publisher.commit();
      publisher.put("attestations/1", new byte[100]);
      publisher.commit();
      store.away = false;
      assertTrue(publisher.flush(0));
    }
    assertEquals(Arrays.asList("attestations/0", "attestations/1"), store.paths);
    assertEquals(0, gaps.count("object-lost"));
  }

  @Test
  void putsStraightIntoTheStoreWhatNoSpoolHasRoomFor() throws Exception {
    Publisher publisher = publisher();
    publisher.put("attestations/a", new byte[100]);
    publisher.commit();
    store.away = false;
    clock.now = clock.now.plusSeconds(3600);
    publisher.put("attestations/b", new byte[2 * HALF_OF_THE_SPOOL]);
    publisher.put("attestations/c", new byte[100]);
    publisher.commit();
    assertEquals(Arrays.asList("attestations/a", "attestations/b", "attestations/c"), store.paths);
    assertEquals(0, gaps.count("object-lost"));
  }

  @Test
  void saysOnceThatObjectsAreLost() throws Exception {
    Publisher publisher = publisher();
    for (int i = 0; i < 4; i++) {
      publisher.put("attestations/" + i, new byte[HALF_OF_THE_SPOOL]);
      publisher.commit();
    }
    assertEquals(3, gaps.count("object-lost"));
    assertEquals(1, warnings.stream().filter(line -> line.contains("lost")).count(), warnings.toString());
  }

  private void fillTheSpoolOfAnotherSink() throws IOException {
    Spool dead = Spool.open(spools, "a", "run", SHARE_OF_THE_DISK);
    assertTrue(dead.add("attestations/old", new byte[SHARE_OF_THE_DISK - 100]));
    dead.close();
  }

  private Publisher publisher() throws Exception {
    return publisher(Spool.inMemory());
  }

  private Publisher publisher(Spool spool) throws Exception {
    RunServices services = new RunServices(store, new LocalData());
    services.clock = clock;
    services.log = new Warnings(warnings);
    RunContext context = new RunContext(new RunFacts("app", "1"), Configuration.of(Collections.emptyMap(), null), services, null);
    return new Publisher(context, store, spool, null, gaps);
  }

  private static final class AwayStore implements Store {
    final List<String> paths = new ArrayList<String>();
    boolean away = true;

    @Override
    public PutResult put(String path, byte[] bytes) throws IOException {
      if (away) throw new IOException("the store is away");
      paths.add(path);
      return PutResult.STORED;
    }

    @Override
    public byte[] get(String path, long maxBytes) {
      return null;
    }

    @Override
    public boolean exists(String path) {
      return paths.contains(path);
    }

    @Override
    public List<String> list(String prefix) {
      return Collections.emptyList();
    }
  }

  private static final class SetClock extends Clock {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
