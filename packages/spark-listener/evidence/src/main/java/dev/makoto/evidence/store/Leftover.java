package dev.makoto.evidence.store;

import dev.makoto.evidence.Log;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The folder of a run that died, held by whoever reads it. Its lock's file, which a living run leaves empty, says how much of the log the
 * store has: eight bytes, written in place after each object, so that whoever reads on repeats one object at most.
 */
final class Leftover implements Closeable {
  private static final int PLACE_BYTES = 8;

  private final Path folder;
  private final FolderLock lock;
  /** Null where there is no log. */
  private final SpoolReader reader;
  private final Log words;
  private boolean unreadable;

  private Leftover(Path folder, FolderLock lock, SpoolReader reader, Log words) {
    this.folder = folder;
    this.lock = lock;
    this.reader = reader;
    this.words = words;
  }

  /** Null where a run lives, where another one reads what is left, and where it is gone meanwhile. */
  static Leftover open(Path folder, Log words) throws IOException {
    FolderLock lock;
    try {
      lock = FolderLock.take(folder);
    } catch (NoSuchFileException ended) {
      return null;
    }
    if (lock == null) return null;
    try {
      return new Leftover(folder, lock, readerOf(folder.resolve(Spool.LOG), lock), words);
    } catch (IOException | RuntimeException unreadable) {
      lock.close();
      throw unreadable;
    }
  }

  private static SpoolReader readerOf(Path log, FolderLock lock) throws IOException {
    if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) return null;
    ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES);
    boolean known = lock.channel().read(place, 0) == PLACE_BYTES && place.getLong(0) > 0 && place.getLong(0) <= Files.size(log);
    return SpoolReader.of(log, known ? place.getLong(0) : 0);
  }

  /** The next object that the store may not have; null at the end, and where the disk does not give it. */
  SpooledObject next() {
    try {
      return reader == null ? null : reader.next();
    } catch (IOException failure) {
      words.warn("what an earlier run left cannot be read: " + folder, failure);
      unreadable = true;
      return null;
    }
  }

  /** Whether it ended before its end: then it stays. */
  boolean isUnreadable() {
    return unreadable;
  }

  /** Says that the store has all objects up to the one that was read last. Where this cannot be written they are put again: no harm. */
  void pass() {
    ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES);
    place.putLong(0, reader.position());
    try {
      lock.channel().write(place, 0);
    } catch (IOException unwritten) {
      words.debug("how much of " + folder + " is stored cannot be written down");
    }
  }

  /** Takes all of it away. */
  void remove() {
    try {
      SpoolDirectory.remove(folder);
    } catch (IOException remains) {
      words.warn("something that cannot be removed, or is no spool, lies in " + folder, remains);
    }
  }

  @Override
  public void close() {
    try {
      if (reader != null) reader.close();
      lock.close();
    } catch (IOException failure) {
      words.debug("what an earlier run left cannot be closed: " + folder);
    }
  }
}
