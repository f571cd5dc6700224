package dev.makoto.hadoop;

import dev.makoto.evidence.digest.FileDigest;
import dev.makoto.evidence.digest.HashingOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CanSetDropBehind;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;

/** The real stream with all that it can do, hashed. Its digest is kept at the first close that succeeds, unless it was aborted. */
final class HashingStream extends OutputStream
    implements Syncable, CanSetDropBehind, StreamCapabilities, IOStatisticsSource, Abortable {
  private final FSDataOutputStream real;
  private final HashingOutputStream hashing;
  private final Path path;
  private boolean finished;

  HashingStream(FSDataOutputStream real, Path path) {
    this.real = real;
    this.hashing = new HashingOutputStream(real);
    this.path = path;
  }

  @Override
  public void write(int b) throws IOException {
    hashing.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    hashing.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    real.flush();
  }

  @Override
  public void close() throws IOException {
    boolean first = !finished;
    finished = true;
    real.close();
    if (!first) return;
    FileDigest digest = hashing.finish();
    if (digest != null) HashingFileSystem.keep(path, digest);
  }

  @Override
  public AbortableResult abort() {
    finished = true;
    return real.abort();
  }

  @Override
  public void hflush() throws IOException {
    real.hflush();
  }

  @Override
  public void hsync() throws IOException {
    real.hsync();
  }

  @Override
  public void setDropBehind(Boolean dropCache) throws IOException {
    real.setDropBehind(dropCache);
  }

  @Override
  public boolean hasCapability(String capability) {
    return real.hasCapability(capability);
  }

  @Override
  public IOStatistics getIOStatistics() {
    return real.getIOStatistics();
  }

  @Override
  public String toString() {
    return real.toString();
  }
}
