package dev.makoto.evidence.store;

import dev.makoto.evidence.Log;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Sha256;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What is to be put into the store, written down first: the log of a run is emptied when the store has all that stands in it. What a
 * run that died left behind is put by the next run with the same sink.
 */
public final class Spool implements AutoCloseable {
  static final String LOCK = "lock";
  static final String LOG = "log";
  private static final int ATTEMPTS = 10;
  /** Bytes kept in memory where the spool's directory cannot be written, or is full with what other runs left. */
  private static final long MAX_UNSPOOLED = 64L << 20;
  private static final int MAX_AT_HAND = 64;
  /** Bytes on disk, of this run and of all that earlier ones left behind: a store that is gone for days must not fill the disk. */
  private static final long MAX_SPOOLED = 1L << 30;

  private final Path folder;
  private final FolderLock lock;
  private final SpoolLog log;
  /** Null where there is no folder. */
  private final SpoolRecovery recovery;
  private final Deque<Batch> waiting = new ArrayDeque<Batch>();
  private final long mostOnDisk;
  private long unspooled;
  /** Bytes that other runs have on disk. */
  private long othersOnDisk;

  private Spool(Path folder, FolderLock lock, SpoolLog log, long mostOnDisk) {
    this.folder = folder;
    this.lock = lock;
    this.log = log;
    this.recovery = folder == null ? null : new SpoolRecovery(folder);
    this.mostOnDisk = mostOnDisk;
  }

  /** A spool for one run, in a directory that only this user can enter. */
  public static Spool open(Path directory, String sink, String runId) throws IOException {
    return open(directory, sink, runId, MAX_SPOOLED);
  }

  /** As {@link #open(Path, String, String)}, with room for {@code mostOnDisk} bytes, those of other runs included. */
  public static Spool open(Path directory, String sink, String runId, long mostOnDisk) throws IOException {
    SpoolDirectory.createPrivate(directory);
    Path ofSink = directory.resolve(Sha256.hex(sink).substring(0, 16));
    SpoolDirectory.createPrivate(ofSink);
    for (int attempt = 1; ; attempt++) {
      try {
        // A run that recovers may take a folder away before it is locked: the next one has a name that nobody has seen.
        return openFolder(ofSink.resolve(Sha256.hex(runId + "~" + attempt).substring(0, 32)), mostOnDisk);
      } catch (IOException taken) {
        if (attempt == ATTEMPTS) throw taken;
      }
    }
  }

  private static Spool openFolder(Path folder, long mostOnDisk) throws IOException {
    SpoolDirectory.create(folder);
    FolderLock lock = FolderLock.take(folder);
    if (lock == null) throw new IOException("the spool of this run is in use");
    try {
      Spool spool = new Spool(folder, lock, SpoolLog.create(folder.resolve(LOG)), mostOnDisk);
      spool.measureOthers();
      return spool;
    } catch (IOException | RuntimeException unusable) {
      lock.close();
      throw unusable;
    }
  }

  /** A spool that holds objects in memory only, where no directory can be had. */
  public static Spool inMemory() {
    return new Spool(null, null, null, 0);
  }

  /** The directory for spools where none is configured: the user's own, under the JVM's temporary one. */
  public static Path defaultDirectory() {
    String user = System.getProperty("user.name", "user").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
    return java.nio.file.Paths.get(System.getProperty("java.io.tmpdir"), "makoto-spool-" + user);
  }

  /** Writes one object down. @return false where there is no room for it */
  public boolean add(String path, byte[] bytes) {
    return add(Collections.singletonMap(path, bytes));
  }

  /**
   * Writes objects that belong together down, at once.
   *
   * @return false where there is no room for them: the disk has its limit, and so has the memory that stands in for it
   */
  public boolean add(Map<String, byte[]> objects) {
    if (objects.isEmpty()) return true;
    try {
      if (log == null || !hasRoomFor(SpoolLog.lengthOf(objects))) return addInMemory(objects);
      long at = log.end();
      int length = log.append(objects);
      // A long queue is read back from the log when its turn comes.
      waiting.addLast(new Batch(waiting.size() < MAX_AT_HAND ? objects : null, at, length));
      return true;
    } catch (IOException unwritable) {
      return addInMemory(objects);
    }
  }

  private boolean addInMemory(Map<String, byte[]> objects) {
    long size = sizeOf(objects);
    if (unspooled + size > MAX_UNSPOOLED) return false;
    unspooled += size;
    waiting.addLast(new Batch(objects, -1, 0));
    return true;
  }

  /** Whether other runs hold more than half of what all together may have on the disk. */
  public boolean isCrowded() {
    return othersOnDisk > mostOnDisk / 2;
  }

  /** How many batches wait. */
  public int waiting() {
    return waiting.size();
  }

  /** How many of them are in memory only, and end with the JVM. */
  public int waitingInMemory() {
    int count = 0;
    for (Batch batch : waiting) if (batch.at < 0) count++;
    return count;
  }

  /**
   * Puts what waits, oldest first, until the store fails.
   *
   * @return paths that the store refuses, or holds something else at; they are given up
   * @throws IOException from the store; what is left waits on
   */
  public List<String> drainInto(Store store) throws IOException {
    List<String> conflicts = new ArrayList<String>();
    while (!waiting.isEmpty()) {
      Batch batch = waiting.peekFirst();
      Map<String, byte[]> objects = batch.objects == null ? log.read(batch.at, batch.length) : batch.objects;
      for (Map.Entry<String, byte[]> object : objects.entrySet()) {
        try {
          store.put(object.getKey(), object.getValue());
        } catch (RefusedException | StoreConflictException unusable) {
          // Neither goes away by waiting: what comes after it must not wait for it.
          conflicts.add(object.getKey());
        }
      }
      waiting.removeFirst();
      if (batch.at < 0) unspooled -= sizeOf(objects);
    }
    if (log != null) log.clear();
    return conflicts;
  }

  /**
   * Puts what earlier runs with the same sink left behind, until {@code goesOn} says no: it is asked after each object. What was put is not
   * put again, by this run or another.
   *
   * @throws IOException from the store; what is left stays for another time
   */
  public void recoverInto(Store store, Log words, BooleanSupplier goesOn) throws IOException {
    if (recovery != null) recovery.recover(store, words, goesOn);
  }

  /** Whether there is nothing that {@link #recoverInto} could still do. */
  public boolean isRecovered() {
    return recovery == null || recovery.isOver();
  }

  @Override
  public void close() throws IOException {
    if (folder == null) return;
    try {
      log.close();
      if (waiting.isEmpty()) remove();
    } finally {
      lock.close();
    }
  }

  private void remove() throws IOException {
    try {
      SpoolDirectory.remove(folder);
    } catch (DirectoryNotEmptyException recovering) {
      // A run that recovers has just made a lock of its own in there, and removes both.
    }
  }

  private boolean hasRoomFor(long length) throws IOException {
    if (log.end() + othersOnDisk + length <= mostOnDisk) return true;
    // Their store may have come back since.
    measureOthers();
    return log.end() + othersOnDisk + length <= mostOnDisk;
  }

  private void measureOthers() throws IOException {
    othersOnDisk = SpoolDirectory.bytesBeside(folder, LOG);
  }

  private static long sizeOf(Map<String, byte[]> objects) {
    long size = 0;
    for (byte[] bytes : objects.values()) size += bytes.length;
    return size;
  }

  private static final class Batch {
    /** Null where they are to be read from the log. */
    final Map<String, byte[]> objects;
    /** Where they stand in the log; negative where they are in memory only. */
    final long at;
    final int length;

    Batch(Map<String, byte[]> objects, long at, int length) {
      this.objects = objects;
      this.at = at;
      this.length = length;
    }
  }
}
