package dev.makoto.evidence.facts;

/** One file that the executed plan read, as it was when the plan was made. */
public final class ReadFile {
  /** A Hadoop path in full, not percent-encoded: {@code s3a://bucket/a b/part-0.parquet}. */
  public final String uri;
  public final long size;
  /** Milliseconds since the epoch; -1 where the plan does not say. */
  public final long mtime;

  public ReadFile(String uri, long size, long mtime) {
    this.uri = uri;
    this.size = size;
    this.mtime = mtime;
  }
}
