package dev.makoto.evidence.digest;

import dev.makoto.evidence.facts.DataFile;
import java.util.List;
import java.util.Map;

/** Hashes files that nobody has hashed yet; the agent may do it on its executors. */
public interface Hasher {
  /**
   * Digests by {@link DataFile#uri}. A file that could not be read, or that was not reached before the deadline, is left out. Never
   * throws for the data's sake.
   *
   * @param deadline milliseconds since the epoch
   */
  Map<String, FileDigest> hash(List<DataFile> files, long deadline);
}
