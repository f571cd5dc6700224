package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.ReadFile;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.HashSet;

/** All that an execution read of one dataset, whichever scans did it. */
final class ReadDataset {
  final String name;
  /** The location's key. */
  final String root;
  /** By path below the root; the one file of a {@code kind: file} dataset has the path "". */
  final Map<String, ReadFile> files = new LinkedHashMap<String, ReadFile>();
  final Set<Integer> rddIds = new HashSet<Integer>();
  /** -1 where unknown, as where several scans read it. */
  long records = -1;
  private int scans;

  ReadDataset(String name, String root) {
    this.name = name;
    this.root = root;
  }

  void addScan(Collection<Integer> rdds, long scanRecords) {
    records = scans++ == 0 ? scanRecords : -1;
    rddIds.addAll(rdds);
  }

  boolean isFile() {
    return files.size() == 1 && files.containsKey("");
  }

  long bytes() {
    long bytes = 0;
    for (ReadFile file : files.values()) bytes += Math.max(file.size, 0);
    return bytes;
  }
}
