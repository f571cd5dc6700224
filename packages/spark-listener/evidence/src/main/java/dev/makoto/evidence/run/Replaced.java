package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.WriteFacts;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Which of the files that were there a write has taken away: none where it appended, else those of the partitions that it replaced. */
final class Replaced {
  private final Set<String> folders = new HashSet<String>();
  private final boolean all;

  private Replaced(boolean all) {
    this.all = all;
  }

  static Replaced by(WriteFacts write, Collection<String> writtenPaths) {
    if (write.mode.equals("append")) return new Replaced(false);
    if (!write.mode.equals("dynamic-overwrite") || !write.filesComplete) return new Replaced(true);
    Replaced replaced = new Replaced("".equals(write.replacedPartition));
    if (write.replacedPartition != null) replaced.folders.add(write.replacedPartition);
    else for (String path : writtenPaths) replaced.folders.add(folderOf(path));
    return replaced;
  }

  boolean covers(String path) {
    if (all) return true;
    for (String folder = folderOf(path); !folder.isEmpty(); folder = folderOf(folder)) {
      if (folders.contains(folder)) return true;
    }
    return false;
  }

  private static String folderOf(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('/')));
  }
}
