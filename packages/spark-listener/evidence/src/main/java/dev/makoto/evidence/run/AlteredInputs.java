package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.statement.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks once more at files that nobody hashed for this execution. A plan keeps the sizes and times of its listing, and a file that was
 * altered in place since is read all the same: what is attested of it is then not what was read.
 *
 * <p>A file that is gone, or was altered after the execution's end, was there when it was read.
 */
final class AlteredInputs {
  private final DataFiles files;
  private final long finishedOn;

  AlteredInputs(DataFiles files, long finishedOn) {
    this.files = files;
    this.finishedOn = finishedOn;
  }

  /** Whether one of the dataset's files may have been altered between its listing and the execution's end. */
  boolean anyOf(ReadDataset dataset, FoundDigests found) throws IOException {
    Map<String, ReadFile> unread = new HashMap<String, ReadFile>();
    Map<String, List<ReadFile>> byFolder = new LinkedHashMap<String, List<ReadFile>>();
    for (Map.Entry<String, ReadFile> read : dataset.files.entrySet()) {
      if (found.isHashed(read.getKey())) continue;
      ReadFile file = read.getValue();
      unread.put(Location.keyOf(file.uri), file);
      byFolder.computeIfAbsent(file.uri.substring(0, file.uri.lastIndexOf('/') + 1), folder -> new ArrayList<ReadFile>()).add(file);
    }
    if (found.areWhole() && byFolder.size() > 1) return isAltered(listed(dataset.uri), unread);
    for (Map.Entry<String, List<ReadFile>> folder : byFolder.entrySet()) {
      List<ReadFile> inIt = folder.getValue();
      if (isAltered(inIt.size() == 1 ? found(inIt.get(0).uri) : listed(folder.getKey()), unread)) return true;
    }
    return false;
  }

  private boolean isAltered(List<DataFile> present, Map<String, ReadFile> unread) throws RefusedException {
    for (DataFile now : present) {
      ReadFile read = unread.get(Location.keyOf(now.uri));
      if (read == null || now.mtime > finishedOn) continue;
      if (now.directory || read.size >= 0 && now.size != read.size || read.mtime >= 0 && now.mtime != read.mtime) return true;
    }
    return false;
  }

  private List<DataFile> found(String uri) throws IOException {
    DataFile now = files.stat(uri);
    return now == null ? Collections.<DataFile>emptyList() : Collections.singletonList(now);
  }

  private List<DataFile> listed(String uri) throws IOException {
    try {
      return files.list(uri);
    } catch (FileNotFoundException gone) {
      return Collections.emptyList();
    }
  }
}
