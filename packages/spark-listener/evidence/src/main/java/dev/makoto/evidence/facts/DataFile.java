package dev.makoto.evidence.facts;

/** One entry of a dataset's directory, or one file. */
public final class DataFile {
  /** A Hadoop path in full, not percent-encoded. */
  public final String uri;
  /** Relative to the root that was listed, {@code /}-separated; the last segment where a single file was asked for. */
  public final String path;
  public final long size;
  /** Milliseconds since the epoch. */
  public final long mtime;
  public final boolean directory;

  public DataFile(String uri, String path, long size, long mtime, boolean directory) {
    this.uri = uri;
    this.path = path;
    this.size = size;
    this.mtime = mtime;
    this.directory = directory;
  }
}
