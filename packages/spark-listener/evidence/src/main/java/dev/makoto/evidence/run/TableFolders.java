package dev.makoto.evidence.run;

import dev.makoto.evidence.Log;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.statement.Location;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells folders of tables by the log that says which of their files belong to them. @see "FORMATS §1: a path that holds one is a table" */
final class TableFolders {
  private static final Pattern LOG = Pattern.compile("(?:(.*?)/)?(?:_delta_log/.*|\\.hoodie/.*|metadata/[^/]*\\.metadata\\.json)");
  private static final int MAX_ABOVE = 64;
  private static final int MAX_KNOWN = 10000;
  private static final long MILLIS_KNOWN = 300000;

  private final DataFiles files;
  private final Log log;
  /** When a folder was found to be no table. */
  private final RecentlyUsed<Long> plain = new RecentlyUsed<Long>(MAX_KNOWN);

  TableFolders(DataFiles files, Log log) {
    this.files = files;
    this.log = log;
  }

  /** The table's folder that this path of a listing shows, {@code ""} for the listed one itself; null where it shows none. */
  static String shownBy(String path) {
    Matcher match = LOG.matcher(path);
    if (!match.matches()) return null;
    return match.group(1) == null ? "" : match.group(1);
  }

  /** Whether the dataset is one, or lies in one, however deep: a partition, or one of its files. As far as the driver may look. */
  boolean hold(ReadDataset dataset) throws RefusedException {
    String folder = dataset.isFile() ? Location.parentOf(dataset.uri) : dataset.uri;
    for (int i = 0; folder != null && i < MAX_ABOVE; i++) {
      if (isTable(folder)) return true;
      folder = Location.parentOf(folder);
    }
    return false;
  }

  private boolean isTable(String folder) {
    long now = System.currentTimeMillis();
    Long before = plain.get(folder);
    if (before != null && now - before < MILLIS_KNOWN) return false;
    if (isThere(folder, "_delta_log") || isThere(folder, ".hoodie") || isThere(folder, "metadata") && keepsIcebergMetadata(folder)) return true;
    plain.put(folder, now);
    return false;
  }

  private boolean isThere(String folder, String name) {
    try {
      DataFile found = files.stat(below(folder, name));
      return found != null && found.directory;
    } catch (IOException unreadable) {
      log.debug("a folder cannot be looked into: " + unreadable);
      return false;
    }
  }

  private boolean keepsIcebergMetadata(String folder) {
    boolean[] found = new boolean[1];
    try {
      files.visitIn(below(folder, "metadata"), file -> {
        found[0] = file.path.endsWith(".metadata.json");
        return !found[0];
      });
    } catch (IOException unreadable) {
      log.debug("a folder cannot be looked into: " + unreadable);
    }
    return found[0];
  }

  private static String below(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }
}
