package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.FileDigest;
import dev.makoto.evidence.digest.Hasher;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.statement.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Hashes what nobody has hashed, and makes sure that the file stayed the same meanwhile. */
final class FileHashing {
  private final DataFiles files;
  private final Hasher hasher;
  private final FileMemory memory;

  FileHashing(DataFiles files, Hasher hasher, FileMemory memory) {
    this.files = files;
    this.hasher = hasher;
    this.memory = memory;
  }

  /** What came of hashing: a digest or a reason for each file, by key. */
  static final class Outcome {
    final Map<String, String> digests = new HashMap<String, String>();
    final Map<String, Reason> failures = new HashMap<String, Reason>();
  }

  /** Hashes files whose size and, where it is not negative, time must be as given. */
  Outcome hash(List<DataFile> wanted, HashBudget budget) throws RefusedException {
    Outcome outcome = new Outcome();
    List<DataFile> affordable = new ArrayList<DataFile>();
    for (DataFile file : wanted) {
      if (budget.take(Math.max(file.size, 0))) affordable.add(file);
      else outcome.failures.put(Location.keyOf(file.uri), Reason.INPUT_OVER_BUDGET);
    }
    Map<String, FileDigest> found = affordable.isEmpty() ? new HashMap<String, FileDigest>() : hasher.hash(affordable, budget.deadline);
    for (DataFile file : affordable) judge(file, found.get(file.uri), budget, outcome);
    return outcome;
  }

  private void judge(DataFile file, FileDigest digest, HashBudget budget, Outcome outcome) throws RefusedException {
    String key = Location.keyOf(file.uri);
    if (digest == null && System.currentTimeMillis() >= budget.deadline) {
      outcome.failures.put(key, Reason.INPUT_OVER_BUDGET);
      return;
    }
    DataFile now;
    try {
      now = files.stat(file.uri);
    } catch (IOException unreadable) {
      outcome.failures.put(key, Reason.INPUT_UNREADABLE);
      return;
    }
    boolean same = now != null && !now.directory && (file.size < 0 || now.size == file.size) && (file.mtime < 0 || now.mtime == file.mtime);
    if (!same) outcome.failures.put(key, Reason.INPUT_CHANGED_SINCE_READ);
    else if (digest == null) outcome.failures.put(key, System.currentTimeMillis() >= budget.deadline ? Reason.INPUT_OVER_BUDGET : Reason.INPUT_UNREADABLE);
    else if (digest.size != now.size) outcome.failures.put(key, Reason.INPUT_CHANGED_SINCE_READ);
    else {
      outcome.digests.put(key, digest.sha256);
      memory.remember(key, new FileState(now.size, now.mtime, digest.sha256));
    }
  }
}
