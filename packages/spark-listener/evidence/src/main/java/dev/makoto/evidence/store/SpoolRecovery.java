package dev.makoto.evidence.store;

import dev.makoto.evidence.Log;
import dev.makoto.evidence.RefusedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What runs that died left in the spool of their sink. */
final class SpoolRecovery {
  private SpoolRecovery() {}

  /** Puts what lies beside {@code own}, a run's folder. @return how many of these objects the store did not have */
  static int recover(Path own, Store store, Log words) throws IOException {
    int recovered = 0;
    for (Path other : SpoolDirectory.entries(own.getParent())) {
      if (other.equals(own) || !Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)) continue;
      try (FileChannel channel = openLock(other)) {
        if (channel != null) recovered += recoverUnlocked(other, channel, store, words);
      } catch (OverlappingFileLockException inThisJvm) {
        words.debug("another run of this JVM uses " + other);
      }
    }
    return recovered;
  }

  /** Null where the run has ended meanwhile and taken its folder away. */
  private static FileChannel openLock(Path other) throws IOException {
    try {
      return FileChannel.open(other.resolve(Spool.LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (NoSuchFileException ended) {
      return null;
    }
  }

  private static int recoverUnlocked(Path other, FileChannel channel, Store store, Log words) throws IOException {
    try (FileLock held = channel.tryLock()) {
      if (held == null) return 0;
      int recovered = put(other.resolve(Spool.LOG), store, words);
      Files.deleteIfExists(other.resolve(Spool.LOG));
      Files.deleteIfExists(other.resolve(Spool.LOCK));
      remove(other, words);
      return recovered;
    }
  }

  private static void remove(Path other, Log words) throws IOException {
    try {
      Files.deleteIfExists(other);
    } catch (DirectoryNotEmptyException strange) {
      words.warn("something that is no spool lies in " + other, null);
    }
  }

  private static int put(Path left, Store store, Log words) throws IOException {
    int recovered = 0;
    if (!Files.isRegularFile(left, LinkOption.NOFOLLOW_LINKS)) return recovered;
    try (SpoolReader reader = SpoolReader.of(left)) {
      for (SpooledObject object = reader.next(); object != null; object = reader.next()) {
        try {
          if (store.put(object.path, object.bytes) == PutResult.STORED) recovered++;
        } catch (RefusedException | StoreConflictException unusable) {
          words.warn("an object left in the spool cannot be stored", unusable);
        }
      }
    }
    return recovered;
  }
}
