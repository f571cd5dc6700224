package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.statement.Location;
import dev.makoto.evidence.statement.Names;
import java.io.IOException;
import java.util.Collections;
import java.util.Set;

/** What is attested of the files that an execution found beside its own: a new version must not launder what somebody altered. */
final class OthersFiles {
  private final KnownAttestations known;
  private final FileMemory memory;
  private final String name;
  private final String root;
  private boolean askedNow;

  OthersFiles(KnownAttestations known, FileMemory memory, String name, String root) {
    this.known = known;
    this.memory = memory;
    this.name = name;
    this.root = root;
  }

  /** Whether the newest version has a file at this path. It stays in the next one whatever its time says: clocks differ. */
  boolean isListed(String path) {
    Attested newest = newestOrNull();
    return newest != null && !newest.isFile() && newest.digestOf(path) != null;
  }

  /**
   * States a reason where a file of a version that somebody produced is not there any more and this write has not replaced it: what
   * was listed is then the directory of another moment.
   */
  void judgeMissing(Set<String> present, Replaced replaced, OutputVersion output) {
    try {
      Attested newest = newest();
      if (newest == null || newest.isFile() || !known.wasProduced(newest.name, newest)) return;
      if (newest.files != null && isAnyMissing(newest, present, replaced)) {
        askNow(newest);
        newest = newest();
      }
      if (newest.files == null) output.reasons.add(Reason.OUTPUT_DIGEST_MISSING);
      else if (isAnyMissing(newest, present, replaced)) output.reasons.add(Reason.OUTPUT_CHANGED_BEFORE_ATTESTED);
    } catch (IOException unreadable) {
      output.reasons.add(Reason.OUTPUT_DIGEST_MISSING);
    }
  }

  private static boolean isAnyMissing(Attested newest, Set<String> present, Replaced replaced) {
    for (ManifestEntry file : newest.files == null ? Collections.<ManifestEntry>emptyList() : newest.files.entries()) {
      if (!present.contains(file.path) && !replaced.covers(file.path)) return true;
    }
    return false;
  }

  /** The digest of a file that is as it was when it was hashed or attested; else null. */
  String knownDigestOf(DataFile file) throws RefusedException {
    String digest = memory.digestOf(Location.keyOf(file.uri), file.size, file.mtime);
    if (digest != null) return digest;
    Attested newest = newestOrNull();
    return newest == null ? null : newest.indexedDigestOf(file.path, file.size, file.mtime);
  }

  /**
   * States a reason where a version that somebody produced gives the path another digest, or where that cannot be known; and where the
   * version that the file is taken over from is not known in full itself: the next one must not say more than it did.
   */
  void judge(ManifestEntry file, OutputVersion output) {
    try {
      if (isAttestedSo(file)) {
        output.reasons.addAll(newest().shortfalls);
        return;
      }
      // It was hashed here, perhaps by an earlier execution of this run.
      output.othersSource = DigestSource.AFTER_COMMIT;
      Attested newest = newest();
      if (newest == null || !known.wasProduced(newest.name, newest)) return;
      if (newest.files == null) output.reasons.add(Reason.OUTPUT_DIGEST_MISSING);
      else if (newest.digestOf(file.path) != null) output.reasons.add(Reason.OUTPUT_CHANGED_BEFORE_ATTESTED);
    } catch (IOException unreadable) {
      output.reasons.add(Reason.OUTPUT_DIGEST_MISSING);
    }
  }

  /** Before a file is called different, the store is asked again: somebody may have attested it a moment ago. */
  private boolean isAttestedSo(ManifestEntry file) throws IOException {
    Attested newest = newest();
    String attested = newest == null || newest.files == null ? null : newest.digestOf(file.path);
    if (attested == null || attested.equals(file.sha256)) return attested != null;
    askNow(newest);
    return newest() != null && file.sha256.equals(newest().digestOf(file.path));
  }

  private void askNow(Attested newest) throws IOException {
    if (!askedNow) known.newestNow(newest.name);
    askedNow = true;
  }

  private Attested newest() throws IOException {
    Attested newest = known.newest(name);
    return newest != null ? newest : known.newest(Names.datasetName(root));
  }

  private Attested newestOrNull() {
    try {
      return newest();
    } catch (IOException unreadable) {
      return null;
    }
  }
}
