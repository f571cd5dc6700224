package dev.makoto.evidence.facts;

/** One file of a committed task attempt, under its final path. */
public final class WrittenFile {
  /** A Hadoop path in full, not percent-encoded. */
  public final String uri;
  /** Lower-case hex; null where nobody hashed it as it was written. */
  public final String sha256;
  /** -1 where unknown. */
  public final long size;
  public final DigestSource digestSource;

  public WrittenFile(String uri, String sha256, long size, DigestSource digestSource) {
    this.uri = uri;
    this.sha256 = sha256;
    this.size = size;
    this.digestSource = digestSource;
  }
}
