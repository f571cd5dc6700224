package dev.makoto.evidence.store;

import dev.makoto.evidence.digest.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The file that a spool writes objects down in: for each object H of it, its length, its store path, a newline, and the object.
 *
 * <p>It stays open, for a file made and removed with each batch costs more than what stands in it; and it is no channel, which an
 * interrupt of the thread would close for good.
 */
final class SpoolLog implements Closeable {
  private static final int HEX_LENGTH = 64;
  /** Two spaces and a newline. */
  private static final int SEPARATORS = 3;

  private final RandomAccessFile file;
  private long end;

  private SpoolLog(RandomAccessFile file) {
    this.file = file;
  }

  /** Creates the file; one that is there already is refused. */
  static SpoolLog create(Path path) throws IOException {
    return new SpoolLog(new RandomAccessFile(Files.createFile(path).toFile(), "rw"));
  }

  /** Writes objects behind all others. @return how many bytes they take, from {@link #end} as it was before */
  int append(Map<String, byte[]> objects) throws IOException {
    byte[] bytes = join(objects);
    try {
      file.seek(end);
      file.write(bytes);
    } catch (IOException unwritten) {
      // Half a batch must not stand before the next one: a reader would stop at it.
      cut(end);
      throw unwritten;
    }
    end += bytes.length;
    return bytes.length;
  }

  /** Where the next objects will stand. */
  long end() {
    return end;
  }

  /** How many bytes these objects would take. */
  static long lengthOf(Map<String, byte[]> objects) {
    long length = 0;
    for (Map.Entry<String, byte[]> object : objects.entrySet()) {
      int size = object.getValue().length;
      length += HEX_LENGTH + Integer.toString(size).length() + object.getKey().length() + SEPARATORS + size;
    }
    return length;
  }

  Map<String, byte[]> read(long at, int length) throws IOException {
    byte[] written = new byte[length];
    file.seek(at);
    file.readFully(written);
    Map<String, byte[]> objects = new LinkedHashMap<String, byte[]>();
    try (SpoolReader reader = SpoolReader.of(written)) {
      for (SpooledObject object = reader.next(); object != null; object = reader.next()) objects.put(object.path, object.bytes);
    }
    return objects;
  }

  /** Forgets all that was written. Where that fails it stays: to put it again changes nothing. */
  void clear() {
    if (end > 0 && cut(0)) end = 0;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private boolean cut(long length) {
    try {
      file.setLength(length);
      return true;
    } catch (IOException stays) {
      return false;
    }
  }

  private static byte[] join(Map<String, byte[]> objects) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
    for (Map.Entry<String, byte[]> object : objects.entrySet()) {
      byte[] bytes = object.getValue();
      byte[] head = (Sha256.hex(bytes) + " " + bytes.length + " " + object.getKey() + "\n").getBytes(StandardCharsets.US_ASCII);
      out.write(head, 0, head.length);
      out.write(bytes, 0, bytes.length);
    }
    return out.toByteArray();
  }
}
