package dev.makoto.evidence.digest;

import java.io.Serializable;

/** SHA-256 and length of one file's bytes. */
public final class FileDigest implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Lower-case hex. */
  public final String sha256;
  public final long size;

  public FileDigest(String sha256, long size) {
    this.sha256 = sha256;
    this.size = size;
  }
}
