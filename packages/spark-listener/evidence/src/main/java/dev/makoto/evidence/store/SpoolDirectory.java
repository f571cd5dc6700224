package dev.makoto.evidence.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Where spools lie: a folder for each sink, and in it one for each run. */
final class SpoolDirectory {
  private SpoolDirectory() {}

  static List<Path> entries(Path folder) throws IOException {
    List<Path> entries = new ArrayList<Path>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) entries.add(entry);
    } catch (DirectoryIteratorException unreadable) {
      throw unreadable.getCause();
    }
    Collections.sort(entries);
    return entries;
  }

  /** How many bytes other runs have in their logs, those of other sinks included: they share the disk. */
  static long bytesBeside(Path ofRun, String log) throws IOException {
    long total = 0;
    for (Path ofSink : entries(ofRun.getParent().getParent())) {
      if (!Files.isDirectory(ofSink, LinkOption.NOFOLLOW_LINKS)) continue;
      for (Path other : entries(ofSink)) {
        Path left = other.resolve(log);
        if (!other.equals(ofRun) && Files.isRegularFile(left, LinkOption.NOFOLLOW_LINKS)) total += sizeOf(left);
      }
    }
    return total;
  }

  /** Nothing where its run has just ended and taken it away. */
  private static long sizeOf(Path log) {
    try {
      return Files.size(log);
    } catch (IOException gone) {
      return 0;
    }
  }

  /** @throws IOException where something lies in it that is not a run's */
  static void remove(Path ofRun) throws IOException {
    Files.deleteIfExists(ofRun.resolve(Spool.LOG));
    Files.deleteIfExists(ofRun.resolve(Spool.LOCK));
    Files.deleteIfExists(ofRun);
  }

  /** Creates a directory that is not there yet, for this user alone. */
  static void create(Path directory) throws IOException {
    if (isPosix(directory)) Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    else Files.createDirectory(directory);
  }

  private static boolean isPosix(Path directory) {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Creates the directory for this user alone; one that belongs to, or can be written by, somebody else is refused: he could plant. */
  static void createPrivate(Path directory) throws IOException {
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      if (directory.getParent() != null) Files.createDirectories(directory.getParent());
      try {
        create(directory);
      } catch (FileAlreadyExistsException raced) {
        // Another run of this user may have been faster; what is there now is looked at below.
      }
    }
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) throw new IOException("the spool is not a directory");
    if (!isPosix(directory)) return;
    String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS));
    if (permissions.charAt(4) == 'w' || permissions.charAt(7) == 'w') throw new IOException("the spool can be written by others");
    Path probe = Files.createTempFile(directory, "", "");
    try {
      if (!Files.getOwner(probe).equals(Files.getOwner(directory))) throw new IOException("the spool belongs to somebody else");
    } finally {
      Files.delete(probe);
    }
  }
}
