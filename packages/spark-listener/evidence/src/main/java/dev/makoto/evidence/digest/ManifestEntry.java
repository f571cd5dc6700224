package dev.makoto.evidence.digest;

/** One file of a dataset version. */
public final class ManifestEntry {
  /** Relative to the dataset's root. @see ManifestPath */
  public final String path;
  /** Lower-case hex. */
  public final String sha256;
  /** -1 where unknown. */
  public final long size;

  public ManifestEntry(String path, String sha256, long size) {
    this.path = path;
    this.sha256 = sha256;
    this.size = size;
  }
}
