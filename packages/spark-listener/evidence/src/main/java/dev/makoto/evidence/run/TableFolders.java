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
  private static final Pattern LOG = Pattern.compile("(?:(.*?)/)?(?:_delta_log/.*|\\.hoodie/.*|metadata/[^/]*\\.metadata\\.json(?:\\.gz)?)");
  private static final Pattern ANY_METADATA = Pattern.compile(".*\\.metadata\\.json(?:\\.gz)?");
  /** As Iceberg itself names metadata, lists of manifests and manifests: others, too, keep notes on data in {@code metadata/}. */
  private static final Pattern ICEBERG =
      Pattern.compile(
          "(?:v[0-9]+|[0-9]{5,}-UUID)(?:\\.gz)?\\.metadata\\.json(?:\\.gz)?|snap-[0-9]+-[0-9]+-UUID\\.avro|UUID-m[0-9]+\\.avro"
              .replace("UUID", "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
          Pattern.CASE_INSENSITIVE);
  /** An object store shows them in two requests, and of a table's metadata each is named by Iceberg. */
  private static final int MAX_LOOKED_AT = 2000;
  private static final int MAX_ABOVE = 64;
  private static final int MAX_KNOWN = 10000;
  private static final long MILLIS_KNOWN = 300000;

  private final DataFiles files;
  private final Log log;
  /** When a folder that was read was found to be no table. */
  private final RecentlyUsed<Long> plain = new RecentlyUsed<Long>(MAX_KNOWN);
  private final RecentlyUsed<Long> plainAbove = new RecentlyUsed<Long>(MAX_KNOWN);

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
    if (!dataset.isFile() && isTable(dataset.uri, ANY_METADATA, plain)) return true;
    String folder = Location.parentOf(dataset.uri);
    for (int i = 0; folder != null && i < MAX_ABOVE; i++) {
      if (isTable(folder, ICEBERG, plainAbove)) return true;
      folder = Location.parentOf(folder);
    }
    return false;
  }

  private boolean isTable(String folder, Pattern metadata, RecentlyUsed<Long> known) {
    long now = System.currentTimeMillis();
    Long before = known.get(folder);
    if (before != null && now - before < MILLIS_KNOWN) return false;
    if (isThere(folder, "_delta_log") || isThere(folder, ".hoodie")) return true;
    if (isThere(folder, "metadata") && keeps(metadata, below(folder, "metadata"))) return true;
    known.put(folder, now);
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

  private boolean keeps(Pattern metadata, String folder) {
    boolean[] found = new boolean[1];
    int[] left = {MAX_LOOKED_AT};
    try {
      files.visitIn(folder, file -> {
        found[0] = metadata.matcher(file.path).matches();
        return !found[0] && --left[0] > 0;
      });
    } catch (IOException unreadable) {
      log.debug("a folder cannot be looked into: " + unreadable);
    }
    return found[0];
  }

  static RefusedException refused(ReadDataset dataset) {
    return new RefusedException("a table, whose own log says which files are in it: " + dataset.name);
  }

  private static String below(String folder, String name) {
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }
}
