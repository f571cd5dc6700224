package dev.makoto.evidence.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs that died left behind is put a little at a time, whoever does it. */
class SpoolRecoveryTest {
  @TempDir Path folder;
  private Path spools;
  private ListingStore store;

  @BeforeEach
  void arrange() {
    spools = folder.resolve("spools");
    store = new ListingStore(new DirectoryStore(folder.resolve("store")));
  }

  @Test
  void goesOnWhereTheRunBeforeStoppedInTheOrderInWhichItWasWritten() throws IOException {
    leave("dead", 10);
    for (int i = 0; i < 3; i++) {
      try (Spool next = Spool.open(spools, "sink", "run-" + i)) {
        next.recoverInto(store, Log.SILENT, times(3));
        assertFalse(next.isRecovered());
        assertEquals(objects("dead", 3 * (i + 1)), store.puts);
      }
    }
    try (Spool last = Spool.open(spools, "sink", "run-3")) {
      last.recoverInto(store, Log.SILENT, () -> true);
      assertTrue(last.isRecovered());
    }
    assertEquals(objects("dead", 10), store.puts, "and nothing twice");
    assertEquals(List.of(), logs(spools));
  }

  @Test
  void losesNothingWhereItIsKilledInTheMiddle() throws IOException {
    leave("dead", 10);
    Path crashed = folder.resolve("crashed");
    AtomicInteger asked = new AtomicInteger();
    try (Spool killed = Spool.open(spools, "sink", "killed")) {
      killed.recoverInto(store, Log.SILENT, () -> {
        if (asked.incrementAndGet() == 5) copy(spools, crashed);
        return true;
      });
    }
    store.puts.clear();
    try (Spool next = Spool.open(crashed, "sink", "next")) {
      next.recoverInto(store, Log.SILENT, () -> true);
    }
    assertEquals(objects("dead", 10).subList(4, 10), store.puts);
    assertArrayEquals("object 9".getBytes(StandardCharsets.US_ASCII), store.get("dead/9", 20));
    assertEquals(List.of(), logs(crashed));
  }

  @Test
  void leavesAFolderToTheOneWhoHasItInHand() throws IOException {
    leave("dead", 4);
    try (Spool one = Spool.open(spools, "sink", "one");
        Spool other = Spool.open(spools, "sink", "other")) {
      AtomicInteger asked = new AtomicInteger();
      one.recoverInto(store, Log.SILENT, () -> {
        if (asked.incrementAndGet() == 3) assertDoesNotThrow(() -> recover(other));
        return asked.get() < 4;
      });
      assertEquals(objects("dead", 3), store.puts);
    }
    try (Spool next = Spool.open(spools, "sink", "next")) {
      recover(next);
    }
    assertEquals(objects("dead", 4), store.puts);
  }

  @Test
  void readsTheOthersWhereOneCannotBeRead() throws IOException {
    for (int i = 0; i < 5; i++) leave("dead-" + i, 1);
    List<Path> logs = logs(spools);
    for (Path log : logs.subList(0, 4)) {
      Files.delete(log.resolveSibling("lock"));
      Files.createDirectory(log.resolveSibling("lock"));
    }
    try (Spool next = Spool.open(spools, "sink", "next")) {
      recover(next);
      assertTrue(next.isRecovered());
      assertEquals(1, store.puts.size());
    }
    assertEquals(logs.subList(0, 4), logs(spools), "they stay");
  }

  @Test
  void putsTheOthersWhereTheStoreNeverTakesOneObject() throws IOException {
    for (int i = 0; i < 4; i++) leave("dead-" + i, 2);
    String first = firstObject();
    store.failing = first;
    try (Spool next = Spool.open(spools, "sink", "next")) {
      assertThrows(IOException.class, () -> recover(next));
      assertEquals(List.of(), store.puts);
      assertThrows(IOException.class, () -> recover(next));
      assertEquals(6, store.puts.size());
      assertFalse(next.isRecovered());
      store.failing = null;
      recover(next);
    }
    assertEquals(8, store.puts.size());
    assertEquals(first, store.puts.get(6), "in its order");
    assertEquals(List.of(), logs(spools));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, 1 << 20})
  void beginsAnewWhereThePlaceCannotBe(long place) throws IOException {
    leave("dead", 3);
    Files.write(logs(spools).get(0).resolveSibling("lock"), ByteBuffer.allocate(8).putLong(place).array());
    try (Spool next = Spool.open(spools, "sink", "next")) {
      recover(next);
    }
    assertEquals(objects("dead", 3), store.puts);
  }

  private void leave(String run, int objects) throws IOException {
    Spool dead = Spool.open(spools, "sink", run);
    for (int i = 0; i < objects; i++) dead.add(run + "/" + i, ("object " + i).getBytes(StandardCharsets.US_ASCII));
    dead.close();
  }

  private void recover(Spool spool) throws IOException {
    spool.recoverInto(store, Log.SILENT, () -> true);
  }

  /** Once for the folder, and once after each object. */
  private static BooleanSupplier times(int objects) {
    AtomicInteger asked = new AtomicInteger();
    return () -> asked.incrementAndGet() <= objects;
  }

  private static List<String> objects(String run, int count) {
    return IntStream.range(0, count).mapToObj(i -> run + "/" + i).toList();
  }

  private String firstObject() throws IOException {
    String[] head = Files.readString(logs(spools).get(0)).split("[ \n]");
    return head[2];
  }

  private static List<Path> logs(Path spools) throws IOException {
    try (Stream<Path> walk = Files.walk(spools)) {
      return walk.filter(file -> file.endsWith("log")).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path file : walk.toList()) Files.copy(file, to.resolve(from.relativize(file).toString()));
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  /** Says what was put, in which order. */
  private static final class ListingStore implements Store {
    final List<String> puts = new ArrayList<>();
    String failing;
    private final Store store;

    ListingStore(Store store) {
      this.store = store;
    }

    @Override
    public byte[] get(String path, long maxBytes) throws IOException {
      return store.get(path, maxBytes);
    }

    @Override
    public PutResult put(String path, byte[] bytes) throws IOException {
      if (path.equals(failing)) throw new IOException("not this one");
      puts.add(path);
      return store.put(path, bytes);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
      return store.list(prefix);
    }

    @Override
    public boolean exists(String path) throws IOException {
      return store.exists(path);
    }
  }
}
