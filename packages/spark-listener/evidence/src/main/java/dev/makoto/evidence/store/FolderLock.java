package dev.makoto.evidence.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a run's folder for one holder, of all processes and of all runs of this one. A lock of POSIX ends for the whole process when any
 * channel on its file is closed: what this JVM holds is therefore not opened to see whether it is held.
 */
final class FolderLock implements Closeable {
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Null where somebody holds it. */
  static FolderLock take(Path given) throws IOException {
    Path folder = given.toAbsolutePath().normalize();
    if (!HELD_HERE.add(folder)) return null;
    FolderLock taken = null;
    try {
      FileChannel channel =
          FileChannel.open(folder.resolve(Spool.LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() != null) taken = new FolderLock(folder, channel);
      } catch (OverlappingFileLockException ofAnotherCopyOfThisClass) {
        return null;
      } finally {
        if (taken == null) channel.close();
      }
    } finally {
      if (taken == null) HELD_HERE.remove(folder);
    }
    return taken;
  }

  /** On the locked file. */
  FileChannel channel() {
    return channel;
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(folder);
    }
  }
}
