package dev.makoto.evidence.store;

import dev.makoto.evidence.Log;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Sha256;
import java.io.ByteArrayOutputStream;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
  private final Deque<Batch> waiting = new ArrayDeque<Batch>();
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

  /** Writes one object down. @return false where it could be kept neither on disk nor in memory */
  public boolean add(String path, byte[] bytes) {
    return add(Collections.singletonMap(path, bytes));
  }

  /** Writes objects that belong together down, in one file. @return false where they could be kept neither on disk nor in memory */
  public boolean add(Map<String, byte[]> objects) {
    if (objects.isEmpty()) return true;
    try {
      if (folder == null) throw new IOException("no directory");
      Path file = folder.resolve(String.format(Locale.ROOT, "%010d", sequence++));
      Files.write(file, join(objects), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      // A long queue is read back from its files when its turn comes.
      waiting.addLast(new Batch(waiting.size() < MAX_AT_HAND ? objects : null, file));
      return true;
    } catch (IOException unwritable) {
      long size = sizeOf(objects);
      if (unspooled + size > MAX_UNSPOOLED) return false;
      unspooled += size;
      waiting.addLast(new Batch(objects, null));
      return true;
    }
  }

  /** How many batches wait. */
  public int waiting() {
    return waiting.size();
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
      Map<String, byte[]> objects = batch.objects == null ? split(Files.readAllBytes(batch.file)) : batch.objects;
      for (Map.Entry<String, byte[]> object : objects.entrySet()) {
        try {
          store.put(object.getKey(), object.getValue());
        } catch (RefusedException | StoreConflictException unusable) {
          // Neither goes away by waiting: what comes after it must not wait for it.
          conflicts.add(object.getKey());
        }
      }
      waiting.removeFirst();
      if (batch.file == null) unspooled -= sizeOf(objects);
      else Files.deleteIfExists(batch.file);
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
      for (Map.Entry<String, byte[]> object : split(Files.readAllBytes(file)).entrySet()) {
        try {
          store.put(object.getKey(), object.getValue());
          recovered++;
        } catch (RefusedException | StoreConflictException unusable) {
          log.warn("an object left in the spool cannot be stored", unusable);
        }
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

  /** A file of the spool: for each object H of it, its length, its store path, a newline, and the object. */
  private static byte[] join(Map<String, byte[]> objects) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> object : objects.entrySet()) {
      byte[] bytes = object.getValue();
      byte[] head = (Sha256.hex(bytes) + " " + bytes.length + " " + object.getKey() + "\n").getBytes(StandardCharsets.US_ASCII);
      out.write(head, 0, head.length);
      out.write(bytes, 0, bytes.length);
    }
    return out.toByteArray();
  }

  /** The whole objects of a file; what a crash cut short is left out. */
  private static Map<String, byte[]> split(byte[] written) {
    Map<String, byte[]> objects = new LinkedHashMap<String, byte[]>();
    for (int at = 0; at < written.length; ) {
      int newline = at;
      while (newline < written.length && written[newline] != '\n') newline++;
      String[] head = new String(written, at, newline - at, StandardCharsets.ISO_8859_1).split(" ");
      if (newline == written.length || head.length != 3 || !head[1].matches("\\d{1,9}")) break;
      int end = newline + 1 + Integer.parseInt(head[1]);
      if (end > written.length) break;
      byte[] bytes = Arrays.copyOfRange(written, newline + 1, end);
      if (Sha256.hex(bytes).equals(head[0])) objects.put(head[2], bytes);
      at = end;
    }
    return objects;
  }

  private static long sizeOf(Map<String, byte[]> objects) {
    long size = 0;
    for (byte[] bytes : objects.values()) size += bytes.length;
    return size;
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

  private static final class Batch {
    /** Null where they are to be read from the file. */
    final Map<String, byte[]> objects;
    /** Null where they are in memory only. */
    final Path file;

    Batch(Map<String, byte[]> objects, Path file) {
      this.objects = objects;
      this.file = file;
    }
  }
}
