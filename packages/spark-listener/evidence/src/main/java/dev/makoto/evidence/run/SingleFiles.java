package dev.makoto.evidence.run;

import dev.makoto.evidence.digest.DirectoryRule;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.statement.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Files that a scan names one by one, as Spark leaves of a glob, and that nobody attested: many of one place are one dataset, which is
 * their directory. Else a glob over 5,000 files would be 5,000 datasets, each with its own signature and timestamp.
 *
 * <p>A directory that holds much else is not what was read: its files then stay datasets of their own.
 *
 * @see "FORMATS §2: partition directories and globs belong to it"
 */
final class SingleFiles {
  /** So many are datasets of their own. */
  static final int MOST_ALONE = 16;
  private static final Comparator<String> LONGEST_FIRST =
      Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.<String>naturalOrder());

  private final DataFiles files;
  private final WorkTime time;

  SingleFiles(DataFiles files, WorkTime time) {
    this.files = files;
    this.time = time;
  }

  /** The directory's key for each file, by its key, that belongs to one. */
  Map<String, String> gather(Map<String, ReadFile> single) {
    Map<String, String> directories = new HashMap<String, String>();
    if (single.size() <= MOST_ALONE) return directories;
    TreeMap<String, ReadFile> left = new TreeMap<String, ReadFile>(single);
    for (String directory : crowded(single.keySet())) {
      Map<String, ReadFile> below = new HashMap<String, ReadFile>();
      // What begins with the directory and a slash: a zero is the character after it.
      for (Map.Entry<String, ReadFile> file : left.subMap(directory + "/", directory + "0").entrySet()) {
        String path = Location.below(directory, file.getKey());
        if (DirectoryRule.isData(path)) below.put(path, file.getValue());
      }
      if (below.size() <= MOST_ALONE || !isMostOf(directory, below)) continue;
      for (String path : below.keySet()) {
        directories.put(directory + "/" + path, directory);
        left.remove(directory + "/" + path);
      }
    }
    return directories;
  }

  /** Directories with too many below, where one that has too many itself counts as one; the highest first. */
  private static List<String> crowded(Collection<String> single) {
    Map<String, Integer> below = new HashMap<String, Integer>();
    TreeSet<String> left = new TreeSet<String>(LONGEST_FIRST);
    for (String file : single) count(Location.parentOf(file), 1, below, left);
    List<String> crowded = new ArrayList<String>();
    while (!left.isEmpty()) {
      String directory = left.pollFirst();
      boolean isCrowded = below.get(directory) > MOST_ALONE;
      String parent = Location.parentOf(directory);
      // The top, a whole bucket perhaps, is nobody's dataset unless it was read as such.
      if (parent == null) continue;
      if (isCrowded) crowded.add(directory);
      count(parent, isCrowded ? 1 : below.get(directory), below, left);
    }
    Collections.reverse(crowded);
    return crowded;
  }

  private static void count(String directory, int more, Map<String, Integer> below, TreeSet<String> left) {
    if (directory == null) return;
    below.merge(directory, more, Integer::sum);
    left.add(directory);
  }

  /**
   * Whether at least half of the directory, by number and by size, was read; false where that cannot be seen in time, and for a table.
   *
   * @param read by path below it
   */
  boolean isMostOf(String directory, Map<String, ReadFile> read) {
    if (time.isUp()) return false;
    Share share = new Share(read, time);
    try {
      files.visitBelow(Location.spelt(directory, read.values().iterator().next().uri), share);
      return !share.isTooSmall && share.bytes >= 0;
    } catch (IOException | RuntimeException unreadable) {
      return false;
    }
  }

  /** Counts what was read against the rest, until it can be told. */
  private static final class Share implements DataFiles.Visitor {
    private final Map<String, ReadFile> read;
    private final WorkTime time;
    private int seen;
    private int others;
    /** Of what was read, less those of the rest. */
    private long bytes;
    private boolean isTooSmall;

    Share(Map<String, ReadFile> read, WorkTime time) {
      this.read = read;
      this.time = time;
    }

    @Override
    public boolean visit(DataFile file) {
      boolean isData = !file.directory && DirectoryRule.isData(file.path);
      boolean wasRead = read.containsKey(file.path);
      if (isData && !wasRead) others++;
      if (isData) bytes += wasRead ? file.size : -file.size;
      boolean hasOwnList = TableFolders.shownBy(file.path) != null || file.path.startsWith("_spark_metadata/");
      // Hidden files are shown as well: a checksum beside each, at the worst, and as much beside the rest.
      isTooSmall = hasOwnList || others > read.size() || ++seen > 4 * read.size() || time.isUp();
      return !isTooSmall;
    }
  }
}
