package dev.makoto.evidence.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.store.DirectoryStore;
import dev.makoto.evidence.store.Spool;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What earlier runs left is put beside a run, never before it. */
class RecoveryTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void opensARunBeforeAnythingThatEarlierOnesLeft() throws Exception {
    leave(20);
    CountingStore store = new CountingStore(lake.store);
    lake.store = store;
    try (Run run = lake.run()) {
      assertEquals(1, store.puts, "its own start");
      AtomicInteger asked = new AtomicInteger();
      run.recover(() -> asked.incrementAndGet() <= 5);
      assertEquals(6, store.puts);
      run.seal("succeeded");
      assertFalse(lake.objects().containsKey("left/19"), "its end is not in the way of its seal");
      assertEquals("seal", lake.records(run).get(1).string("kind"));
      run.recover(() -> true);
      assertTrue(lake.objects().containsKey("left/19"));
    }
  }

  @Test
  void waitsWhereTheStoreFailsAndSaysSoOnce() throws Exception {
    leave(1);
    Clock start = lake.clock = Clock.fixed(lake.clock.instant(), lake.clock.getZone());
    try (Run run = lake.run()) {
      Path blocked = lake.storeFolder.resolve("left");
      Files.writeString(blocked, "a file where a folder should be");
      for (int i = 0; i < 3; i++) run.recover(() -> true);
      assertEquals(1, lake.warnings.stream().filter(said -> said.startsWith("what earlier runs left")).count(), lake.warnings.toString());
      Files.delete(blocked);
      run.recover(() -> true);
      assertFalse(lake.objects().containsKey("left/0"), "the store rests");
      run.seal("succeeded");
    }
    lake.clock = Clock.offset(start, Duration.ofSeconds(2));
    try (Run next = lake.run()) {
      next.recover(() -> true);
      assertTrue(lake.objects().containsKey("left/0"));
    }
  }

  @Test
  void doesNotAskAStoreThatDoesNotTakeItsOwn() throws Exception {
    leave(1);
    Files.writeString(lake.storeFolder, "a file where the store should be");
    CountingStore store = new CountingStore(lake.store);
    lake.store = store;
    try (Run run = lake.run()) {
      int own = store.puts;
      run.recover(() -> true);
      assertEquals(own, store.puts);
    }
    Files.delete(lake.storeFolder);
    lake.store = new DirectoryStore(lake.storeFolder);
    try (Run next = lake.run()) {
      next.recover(() -> true);
      assertTrue(lake.objects().containsKey("left/0"));
    }
  }

  @Test
  void warnsOnceOfSettingsThatNobodyKnows() throws Exception {
    lake.settings.put("spark.makoto.digest.output", "none");
    lake.settings.put("spark.makoto.internal.job", "true");
    lake.produce("a", "overwrite", java.util.Map.of("part-0", "one"));
    assertEquals(java.util.List.of("a setting without effect: spark.makoto.digest.output: did you mean digest.outputs?"), lake.warnings);
  }

  private void leave(int objects) throws Exception {
    Spool dead = Spool.open(folder.resolve("spool").toAbsolutePath(), lake.settings.get("makoto.dbom.sink"), "dead");
    for (int i = 0; i < objects; i++) dead.add("left/" + i, ("object " + i).getBytes(StandardCharsets.US_ASCII));
    dead.close();
  }
}
