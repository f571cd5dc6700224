package dev.makoto.evidence.run;

/** How much may still be hashed for one execution. */
final class HashBudget {
  final long deadline;
  private long bytesLeft;

  HashBudget(long deadline, long bytes) {
    this.deadline = deadline;
    this.bytesLeft = bytes;
  }

  boolean take(long bytes) {
    if (bytes > bytesLeft) return false;
    bytesLeft -= bytes;
    return true;
  }
}
