package dev.makoto.evidence.store;

import dev.makoto.evidence.Log;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * What is to be put into the store, written down first: an object leaves the spool when the store has it. What a run that died left
 * behind is put by the next run with the same sink.
 */
public final class Spool implements AutoCloseable {
  private static final String LOCK = "lock";
  /** Bytes kept in memory where the spool's directory cannot be written. */
  private static final long MAX_UNSPOOLED = 64L << 20;
  private static final int MAX_AT_HAND = 64;

  private final Path folder;
  private final FileChannel lock;
  private final Deque<Entry> waiting = new ArrayDeque<Entry>();
  private long sequence;
  private long unspooled;

  private Spool(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /** A spool for one run, in a directory that only this user can enter. */
  public static Spool open(Path directory, String sink, String runId) throws IOException {
    createPrivate(directory);
    Path ofSink = directory.resolve(Sha256.hex(sink).substring(0, 16));
    createPrivate(ofSink);
    Path folder = ofSink.resolve(Sha256.hex(runId).substring(0, 32));
    createPrivate(folder);
    FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (lock.tryLock() != null) return new Spool(folder, lock);
    lock.close();
    throw new IOException("the spool of this run is in use");
  }

  /** A spool that holds objects in memory only, where no directory can be had. */
  public static Spool inMemory() {
    return new Spool(null, null);
  }

  /** The directory for spools where none is configured: the user's own, under the JVM's temporary one. */
  public static Path defaultDirectory() {
    String user = System.getProperty("user.name", "user").toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
    return java.nio.file.Paths.get(System.getProperty("java.io.tmpdir"), "makoto-spool-" + user);
  }

  /** Writes the object down. @return false where it could be kept neither on disk nor in memory */
  public boolean add(String path, byte[] bytes) {
    try {
      if (folder == null) throw new IOException("no directory");
      Path file = folder.resolve(String.format(Locale.ROOT, "%010d", sequence++));
      Files.write(file, join(path, bytes), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      // A long queue is read back from its files when its turn comes.
      waiting.addLast(new Entry(path, waiting.size() < MAX_AT_HAND ? bytes : null, file));
      return true;
    } catch (IOException unwritable) {
      if (unspooled + bytes.length > MAX_UNSPOOLED) return false;
      unspooled += bytes.length;
      waiting.addLast(new Entry(path, bytes, null));
      return true;
    }
  }

  public int waiting() {
    return waiting.size();
  }

  /**
   * Puts what waits, oldest first, until the store fails.
   *
   * @return paths that the store holds something else at; they are given up
   * @throws IOException from the store; what is left waits on
   */
  public List<String> drainInto(Store store) throws IOException {
    List<String> conflicts = new ArrayList<String>();
    while (!waiting.isEmpty()) {
      Entry entry = waiting.peekFirst();
      try {
        if (entry.bytes == null) putWritten(Files.readAllBytes(entry.file), store);
        else store.put(entry.path, entry.bytes);
      } catch (StoreConflictException conflict) {
        conflicts.add(entry.path);
      }
      waiting.removeFirst();
      if (entry.file == null) unspooled -= entry.bytes.length;
      else Files.deleteIfExists(entry.file);
    }
    return conflicts;
  }

  /** Puts what earlier runs with the same sink left behind. @return how many objects that were */
  public int recoverInto(Store store, Log log) throws IOException {
    if (folder == null) return 0;
    int recovered = 0;
    for (Path other : sorted(folder.getParent())) {
      if (other.equals(folder) || !Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)) continue;
      try (FileChannel channel = FileChannel.open(other.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.tryLock()) {
        if (held == null) continue;
        recovered += recover(other, store, log);
        Files.deleteIfExists(other.resolve(LOCK));
        Files.deleteIfExists(other);
      } catch (OverlappingFileLockException inThisJvm) {
        log.debug("another run of this JVM uses " + other);
      }
    }
    return recovered;
  }

  private static int recover(Path folder, Store store, Log log) throws IOException {
    int recovered = 0;
    for (Path file : sorted(folder)) {
      if (file.getFileName().toString().equals(LOCK)) continue;
      byte[] written = Files.readAllBytes(file);
      try {
        putWritten(written, store);
        recovered++;
      } catch (RefusedException | StoreConflictException unusable) {
        log.warn("an object left in the spool cannot be stored", unusable);
      }
      Files.deleteIfExists(file);
    }
    return recovered;
  }

  @Override
  public void close() throws IOException {
    if (folder == null) return;
    if (waiting.isEmpty()) {
      Files.deleteIfExists(folder.resolve(LOCK));
      Files.deleteIfExists(folder);
    }
    lock.close();
  }

  /** A file of the spool: H of the object, a space, the store path, a newline, the object. */
  private static byte[] join(String path, byte[] bytes) {
    byte[] head = (Sha256.hex(bytes) + " " + path + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] joined = Arrays.copyOf(head, head.length + bytes.length);
    System.arraycopy(bytes, 0, joined, head.length, bytes.length);
    return joined;
  }

  /** Puts one file of a spool; refuses one that a crash cut short. */
  private static void putWritten(byte[] written, Store store) throws IOException {
    int newline = 0;
    while (newline < written.length && written[newline] != '\n') newline++;
    String head = new String(written, 0, newline, StandardCharsets.ISO_8859_1);
    if (newline == written.length || head.length() < 66) throw new RefusedException("not a file of the spool");
    byte[] bytes = Arrays.copyOfRange(written, newline + 1, written.length);
    if (!Sha256.hex(bytes).equals(head.substring(0, 64))) throw new RefusedException("an unfinished file of the spool");
    store.put(StorePath.check(head.substring(65)), bytes);
  }

  private static List<Path> sorted(Path folder) throws IOException {
    List<Path> entries = new ArrayList<Path>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) entries.add(entry);
    }
    Collections.sort(entries);
    return entries;
  }

  /** Creates the directory for this user alone; one that belongs to, or can be written by, somebody else is refused: he could plant. */
  private static void createPrivate(Path directory) throws IOException {
    boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      if (directory.getParent() != null) Files.createDirectories(directory.getParent());
      try {
        if (posix) Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        else Files.createDirectory(directory);
      } catch (FileAlreadyExistsException raced) {
        // Another run of this user may have been faster; what is there now is looked at below.
      }
    }
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) throw new IOException("the spool is not a directory");
    if (!posix) return;
    String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS));
    if (permissions.charAt(4) == 'w' || permissions.charAt(7) == 'w') throw new IOException("the spool can be written by others");
    Path probe = Files.createTempFile(directory, "", "");
    try {
      if (!Files.getOwner(probe).equals(Files.getOwner(directory))) throw new IOException("the spool belongs to somebody else");
    } finally {
      Files.delete(probe);
    }
  }

  private static final class Entry {
    final String path;
    /** Null where they are to be read from the file. */
    final byte[] bytes;
    /** Null where they are in memory only. */
    final Path file;

    Entry(String path, byte[] bytes, Path file) {
      this.path = path;
      this.bytes = bytes;
      this.file = file;
    }
  }
}
