package dev.makoto.evidence.run;

/** What a file was like when its digest was known. */
final class FileState {
  final long size;
  final long mtime;
  final String sha256;

  FileState(long size, long mtime, String sha256) {
    this.size = size;
    this.mtime = mtime;
    this.sha256 = sha256;
  }

  /** Whether a file of this size and time may be taken for the same. A time that is not known is never the same. */
  boolean fits(long otherSize, long otherMtime) {
    return otherMtime >= 0 && size == otherSize && mtime == otherMtime;
  }
}
