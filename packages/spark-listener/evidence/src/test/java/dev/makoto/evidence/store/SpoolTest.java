package dev.makoto.evidence.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.Log;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir Path folder;
  private Path spools;
  private Store store;

  @BeforeEach
  void arrange() {
    spools = folder.resolve("spools");
    store = new DirectoryStore(folder.resolve("store"));
  }

  @Test
  void forgetsWhatTheStoreHas() throws IOException {
    try (Spool spool = Spool.open(spools, "sink", "run-1")) {
      assertTrue(spool.add("a/1", bytes("one")));
      assertEquals(List.of(), spool.drainInto(store));
      assertEquals(0, spool.waiting());
    }
    assertArrayEquals(bytes("one"), store.get("a/1", 10));
    assertEquals(List.of(), files());
  }

  @Test
  void leavesToTheNextRunWhatADeadOneHadWrittenDown() throws IOException {
    Spool dead = Spool.open(spools, "sink", "run-1");
    for (int i = 0; i < 100; i++) dead.add("a/" + i, bytes("object " + i));
    dead.close();
    try (Spool next = Spool.open(spools, "sink", "run-2")) {
      assertEquals(100, recover(next));
    }
    assertArrayEquals(bytes("object 99"), store.get("a/99", 20));
    assertEquals(List.of(), files());
  }

  @Test
  void leavesAloneWhatALivingRunHasAndWhatIsForAnotherSink() throws IOException {
    try (Spool living = Spool.open(spools, "sink", "run-1");
        Spool next = Spool.open(spools, "sink", "run-2")) {
      living.add("a/1", bytes("one"));
      assertEquals(0, recover(next));
    }
    try (Spool other = Spool.open(spools, "another sink", "run-3")) {
      assertEquals(0, recover(other));
    }
    assertNull(store.get("a/1", 10));
  }

  @Test
  void doesNotStoreAnObjectThatACrashCutShort() throws IOException {
    Spool dead = Spool.open(spools, "sink", "run-1");
    dead.add("a/1", bytes("a whole object"));
    dead.add("a/2", bytes("another object"));
    dead.close();
    byte[] whole = Files.readAllBytes(log());
    Files.write(log(), Arrays.copyOf(whole, whole.length - 3));
    try (Spool next = Spool.open(spools, "sink", "run-2")) {
      assertEquals(1, recover(next));
    }
    assertArrayEquals(bytes("a whole object"), store.get("a/1", 20));
    assertNull(store.get("a/2", 20));
    assertEquals(List.of(), files());
  }

  @Test
  void skipsAnObjectThatIsNotWhatWasWrittenAndBelievesNoLength() throws IOException {
    Spool dead = Spool.open(spools, "sink", "run-1");
    dead.add("a/1", bytes("altered"));
    dead.add("a/2", bytes("sound"));
    dead.close();
    String log = Files.readString(log());
    Files.writeString(log(), log.replace("altered", "changed") + "0".repeat(64) + " 999999999 a/3\nshort");
    try (Spool next = Spool.open(spools, "sink", "run-2")) {
      assertEquals(1, recover(next));
    }
    assertEquals(List.of("a/2"), store.list("a"));
  }

  @Test
  void keepsNothingOnDiskOfWhatTheStoreHas() throws IOException {
    try (Spool spool = Spool.open(spools, "sink", "run-1")) {
      for (int i = 0; i < 3; i++) {
        spool.add("a/" + i, bytes("object " + i));
        assertTrue(Files.size(log()) > 0);
        spool.drainInto(store);
        assertEquals(0, Files.size(log()));
      }
    }
    assertEquals(3, store.list("a").size());
  }

  @Test
  void leavesToTheNextRunWhatTheStoreTookOnlyInPart() throws IOException {
    Spool dead = Spool.open(spools, "sink", "run-1");
    dead.add("a/1", bytes("one"));
    dead.add("blocked/2", bytes("two"));
    Path blocked = folder.resolve("store/blocked");
    Files.createDirectories(blocked.getParent());
    Files.writeString(blocked, "a file where a folder should be");
    assertThrows(IOException.class, () -> dead.drainInto(store));
    dead.close();
    Files.delete(blocked);
    try (Spool next = Spool.open(spools, "sink", "run-2")) {
      assertEquals(1, recover(next), "the first is there already");
    }
    assertArrayEquals(bytes("two"), store.get("blocked/2", 10));
  }

  @Test
  void recoversTheOthersWhereSomethingElseLiesInTheDirectory() throws IOException {
    Path ofSink = spools.resolve("x");
    for (String run : List.of("run-1", "run-2", "run-3")) {
      Spool dead = Spool.open(spools, "sink", run);
      dead.add("a/" + run, bytes(run));
      ofSink = log().getParent().getParent();
      dead.close();
    }
    try (Stream<Path> runs = Files.list(ofSink)) {
      for (Path run : runs.toList()) Files.writeString(run.resolve("strange"), "x");
    }
    try (Spool next = Spool.open(spools, "sink", "run-4")) {
      assertEquals(3, recover(next));
    }
  }

  @Test
  void waitsWhereTheStoreFailsAndDrainsLongQueuesLater() throws IOException {
    Path blocked = folder.resolve("blocked");
    Files.writeString(blocked, "a file where the store should be");
    try (Spool spool = Spool.open(spools, "sink", "run-1")) {
      for (int i = 0; i < 100; i++) spool.add("a/" + i, bytes("object " + i));
      assertThrows(IOException.class, () -> spool.drainInto(new DirectoryStore(blocked)));
      assertEquals(100, spool.waiting());
      spool.drainInto(store);
    }
    assertArrayEquals(bytes("object 77"), store.get("a/77", 20));
  }

  /** Who can write to the store puts a broken gzip, or a bomb, where ours is to lie. */
  @Test
  void doesNotWaitForeverBehindAnObjectThatCannotBeCompared() throws IOException {
    Files.createDirectories(folder.resolve("store/m"));
    Files.write(folder.resolve("store/m/broken.gz"), bytes("no gzip"));
    Files.write(folder.resolve("store/m/bomb.gz"), Content.gzip(new byte[16 << 20]));
    try (RandomAccessFile large = new RandomAccessFile(folder.resolve("store/m/large.gz").toFile(), "rw")) {
      large.setLength(3L << 30);
    }
    List<String> broken = List.of("m/broken.gz", "m/bomb.gz", "m/large.gz");
    try (Spool spool = Spool.open(spools, "sink", "run-1")) {
      for (String path : broken) spool.add(path, Content.gzip(bytes("ours")));
      spool.add("m/after", bytes("after"));
      assertEquals(broken, spool.drainInto(store));
      assertEquals(0, spool.waiting());
    }
    assertArrayEquals(bytes("after"), store.get("m/after", 10));

    Spool dead = Spool.open(spools, "sink", "run-2");
    for (String path : broken) dead.add(path, Content.gzip(bytes("ours")));
    dead.add("m/recovered", bytes("recovered"));
    dead.close();
    try (Spool next = Spool.open(spools, "sink", "run-3")) {
      assertEquals(1, recover(next));
    }
    assertArrayEquals(bytes("recovered"), store.get("m/recovered", 10));
  }

  @Test
  void givesUpWhatTheStoreRefuses() throws IOException {
    try (Spool spool = Spool.open(spools, "sink", "run-1")) {
      spool.add("a/../b", bytes("refused"));
      spool.add("a/1", bytes("one"));
      assertEquals(List.of("a/../b"), spool.drainInto(store));
    }
    assertArrayEquals(bytes("one"), store.get("a/1", 10));
  }

  @Test
  void isTheUsersOwn() throws IOException {
    try (Spool spool = Spool.open(spools, "sink", "run-1")) {
      spool.add("a/1", bytes("one"));
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(spools)));
    }
    Path shared = folder.resolve("shared");
    Files.createDirectory(shared);
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThrows(IOException.class, () -> Spool.open(shared, "sink", "run-1"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), spools);
    assertThrows(IOException.class, () -> Spool.open(link, "sink", "run-2"));
  }

  @Test
  void keepsObjectsInMemoryWhereNoDirectoryCanBeHad() throws IOException {
    Spool spool = Spool.inMemory();
    assertTrue(spool.add("a/1", bytes("one")));
    assertFalse(spool.add("a/2", new byte[65 << 20]), "there is an end to it");
    spool.drainInto(store);
    assertArrayEquals(bytes("one"), store.get("a/1", 10));
  }

  @Test
  void takesNoMoreThanItsShareOfTheDiskAndTakesAgainWhenTheStoreHasAll() throws IOException {
    byte[] object = new byte[100];
    try (Spool spool = Spool.open(spools, "sink", "run-1", 400)) {
      for (int i = 1; i <= 3; i++) assertTrue(spool.add("a/" + i, object));
      assertTrue(Files.size(log()) <= 400);
      assertEquals(1, spool.waitingInMemory());
      assertFalse(spool.add("a/large", new byte[65 << 20]), "there is an end to it");
      assertEquals(3, spool.waiting());
      spool.drainInto(store);
      assertTrue(spool.add("a/4", object));
      assertEquals(0, spool.waitingInMemory());
      spool.drainInto(store);
    }
    assertEquals(Set.of("a/1", "a/2", "a/3", "a/4"), Set.copyOf(store.list("a")));
  }

  @Test
  void fillsTheDiskNoFurtherWithEachRunThatDies() throws IOException {
    byte[] object = new byte[100];
    Spool dead = Spool.open(spools, "another sink", "run-1", 400);
    assertTrue(dead.add("a/1", object));
    dead.close();
    Spool left = Spool.open(spools, "sink", "run-2", 400);
    assertFalse(left.isCrowded());
    assertTrue(left.add("a/2", object));
    assertTrue(left.add("a/3", object));
    assertEquals(1, left.waitingInMemory());
    left.close();
    try (Spool next = Spool.open(spools, "sink", "run-3", 400)) {
      assertTrue(next.isCrowded());
      assertTrue(next.add("a/4", object));
      assertEquals(1, next.waitingInMemory());
      recover(next);
      assertTrue(next.add("a/5", object));
      assertEquals(1, next.waitingInMemory(), "what is recovered makes room");
      next.drainInto(store);
    }
  }

  @Test
  void seesThatOthersHaveMadeRoomSinceItWasOpened() throws IOException {
    byte[] object = new byte[200];
    Spool other = Spool.open(spools, "another sink", "run-1", 400);
    assertTrue(other.add("a/1", object));
    try (Spool spool = Spool.open(spools, "sink", "run-2", 400)) {
      assertTrue(spool.add("a/2", object));
      assertEquals(1, spool.waitingInMemory());
      other.drainInto(store);
      other.close();
      assertTrue(spool.add("a/3", object));
      assertEquals(1, spool.waitingInMemory());
      spool.drainInto(store);
    }
  }

  @Test
  void startsBesideARunThatTakesItsFolderForADeadOne() throws IOException {
    Spool first = Spool.open(spools, "sink", "run-1");
    Path folder = log().getParent();
    first.close();
    Files.createDirectory(folder);
    try (FileChannel recovering = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      recovering.lock();
      try (Spool spool = Spool.open(spools, "sink", "run-1")) {
        assertTrue(spool.add("a/1", bytes("one")));
        assertEquals(0, spool.waitingInMemory());
        spool.drainInto(store);
      }
    }
  }

  @Test
  void startsAndEndsAnyNumberOfRunsBesideOneThatRecovers() throws Exception {
    ExecutorService beside = Executors.newSingleThreadExecutor();
    AtomicBoolean ended = new AtomicBoolean();
    Future<Void> recovery = beside.submit(() -> {
      for (int i = 0; !ended.get(); i++) {
        try (Spool recovering = Spool.open(spools, "sink", "recovering-" + i)) {
          recover(recovering);
        }
      }
      return null;
    });
    for (int i = 0; i < 100; i++) Spool.open(spools, "sink", "run-" + i).close();
    ended.set(true);
    recovery.get();
    beside.shutdown();
    assertEquals(List.of(), files());
  }

  /** All that earlier runs left. @return how many objects the store has since */
  private int recover(Spool spool) throws IOException {
    int before = stored();
    spool.recoverInto(store, Log.SILENT, () -> true);
    assertTrue(spool.isRecovered());
    return stored() - before;
  }

  private int stored() throws IOException {
    Path root = folder.resolve("store");
    if (!Files.exists(root)) return 0;
    try (Stream<Path> walk = Files.walk(root)) {
      return (int) walk.filter(Files::isRegularFile).count();
    }
  }

  private Path log() throws IOException {
    return files().stream().filter(name -> name.endsWith("/log")).map(Path::of).findFirst().orElseThrow();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> walk = Files.walk(spools)) {
      return walk.filter(Files::isRegularFile).map(Path::toString).filter(name -> !name.endsWith("lock")).toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
