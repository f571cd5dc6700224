package dev.makoto.evidence.store;

import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.Sha256;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the whole objects of a {@link SpoolLog}, one at a time: the log of a long outage does not fit into memory. */
final class SpoolReader implements Closeable {
  /** A digest, a length and a path of a store. */
  private static final int MAX_HEAD = 2048;

  private final DataInputStream in;
  private final long end;
  private long left;

  private SpoolReader(InputStream in, long from, long end) {
    this.in = new DataInputStream(in);
    this.end = end;
    this.left = end - from;
  }

  /** @param from where an object begins, or the end */
  static SpoolReader of(Path log, long from) throws IOException {
    long length = Files.size(log);
    FileInputStream file = new FileInputStream(log.toFile());
    try {
      if (file.skip(from) != from) throw new EOFException("a log that has become shorter");
      return new SpoolReader(new BufferedInputStream(file), from, length);
    } catch (IOException unreadable) {
      file.close();
      throw unreadable;
    }
  }

  static SpoolReader of(byte[] written) {
    return new SpoolReader(new ByteArrayInputStream(written), 0, written.length);
  }

  /** Where the object ends that was read last. */
  long position() {
    return end - left;
  }

  /** The next object whose bytes are those that were written; null at the end, and from where a crash cut one short. */
  SpooledObject next() throws IOException {
    for (String[] head = head(); head != null; head = head()) {
      byte[] bytes = new byte[Integer.parseInt(head[1])];
      in.readFully(bytes);
      left -= bytes.length;
      if (Sha256.hex(bytes).equals(head[0])) return new SpooledObject(head[2], bytes);
    }
    return null;
  }

  private String[] head() throws IOException {
    StringBuilder line = new StringBuilder(256);
    for (int b = read(); b != '\n'; b = read()) {
      if (b < 0 || line.length() == MAX_HEAD) return null;
      line.append((char) b);
    }
    String[] head = line.toString().split(" ", 3);
    boolean whole = head.length == 3 && Hex.isSha256(head[0]) && head[1].matches("\\d{1,9}") && Integer.parseInt(head[1]) <= left;
    return whole ? head : null;
  }

  private int read() throws IOException {
    if (left == 0) return -1;
    left--;
    return in.read();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
