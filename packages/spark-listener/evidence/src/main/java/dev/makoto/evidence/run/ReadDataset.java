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
  /** The location as the job spells it: a key says s3 where the job's file systems may know s3a only. */
  String uri;
  private int scans;
  private boolean plannedOnly;

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

  /** The dataset turned out to be one file of which the plan has no part: it is empty, or was never read. */
  void addPlannedFile(ReadFile file) {
    files.put("", file);
    plannedOnly = file.size > 0;
  }

  /** How many files were read. */
  int filesRead() {
    return plannedOnly ? 0 : files.size();
  }

  long bytes() {
    if (plannedOnly) return 0;
    long bytes = 0;
    for (ReadFile file : files.values()) bytes += Math.max(file.size, 0);
    return bytes;
  }
}
