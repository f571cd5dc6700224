package dev.makoto.evidence.store;

import dev.makoto.evidence.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Whether two objects are the same: byte for byte, and what gzip holds after decompression. @see FORMATS §4 */
public final class Content {
  /** Larger objects are not read. */
  public static final long MAX_BYTES = 512L << 20;

  private Content() {}

  /** @param present what the store holds: a gzip that cannot be read, or holds more than ours, is not the same */
  public static boolean isSame(String path, byte[] present, byte[] ours) {
    if (Arrays.equals(present, ours)) return true;
    if (!path.endsWith(".gz")) return false;
    try {
      byte[] content = gunzip(ours, MAX_BYTES);
      return Arrays.equals(gunzip(present, content.length), content);
    } catch (IOException unreadable) {
      return false;
    }
  }

  /** The same bytes give the same gzip from one JVM; no name, no time inside. */
  public static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  public static byte[] gunzip(byte[] bytes, long maxBytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return read(in, maxBytes);
    }
  }

  /** Reads the stream to its end, or refuses it once it is larger than {@code maxBytes}. */
  public static byte[] read(InputStream in, long maxBytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[16 * 1024];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      if (out.size() > maxBytes) throw new RefusedException("an object of more than " + maxBytes + " bytes");
    }
    return out.toByteArray();
  }
}
