package dev.makoto.evidence.digest;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Passes bytes on and hashes them. Only bytes that the real stream has taken without an error count. */
public final class HashingOutputStream extends OutputStream {
  private final OutputStream real;
  private final MessageDigest digest = Sha256.start();
  private long size;
  private boolean broken;

  public HashingOutputStream(OutputStream real) {
    this.real = real;
  }

  @Override
  public void write(int b) throws IOException {
    try {
      real.write(b);
    } catch (IOException | RuntimeException failure) {
      broken = true;
      throw failure;
    }
    digest.update((byte) b);
    size++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      real.write(bytes, offset, length);
    } catch (IOException | RuntimeException failure) {
      broken = true;
      throw failure;
    }
    digest.update(bytes, offset, length);
    size += length;
  }

  @Override
  public void flush() throws IOException {
    real.flush();
  }

  @Override
  public void close() throws IOException {
    real.close();
  }

  public long size() {
    return size;
  }

  /** The digest of all that was written; null after a write failed. To be asked once, at the end. */
  public FileDigest finish() {
    return broken ? null : new FileDigest(Hex.encode(digest.digest()), size);
  }
}
