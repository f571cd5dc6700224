package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.statement.Location;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Looks once more at files that nobody hashed for this execution. A plan keeps the sizes and times of its listing, and a file that was
 * altered in place since is read all the same: what is attested of it is then not what was read.
 *
 * <p>A file's time says when it was altered last, and nothing of the times before: another size or time makes the input doubtful
 * whenever it came. What has gone since, or was replaced by a file that a later execution of this run names, left nothing to tell by.
 */
final class AlteredInputs {
  private final FilesNow now;
  private final WaitingWrites waiting;

  AlteredInputs(FilesNow now, WaitingWrites waiting) {
    this.now = now;
    this.waiting = waiting;
  }

  /** Whether one of the dataset's files may have been altered between its listing and the execution's end. */
  boolean anyOf(ReadDataset dataset, FoundDigests found, long finishedOn, WorkTime time) throws IOException {
    Map<String, ReadFile> unread = new HashMap<String, ReadFile>();
    for (Map.Entry<String, ReadFile> read : dataset.files.entrySet()) {
      if (!found.isHashed(read.getKey())) unread.put(Location.keyOf(read.getValue().uri), read.getValue());
    }
    if (unread.isEmpty()) return false;
    Set<String> others = new HashSet<String>();
    for (Map.Entry<String, FilesNow.Seen> seen : now.find(unread, found, finishedOn, time).entrySet()) {
      if (seen.getValue().isOther(unread.get(seen.getKey()))) others.add(seen.getKey());
    }
    return !others.isEmpty() && !waiting.replaced(others, finishedOn);
  }
}
