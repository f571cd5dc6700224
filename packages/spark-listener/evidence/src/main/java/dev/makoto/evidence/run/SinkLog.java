package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.json.Utf8;
import dev.makoto.evidence.store.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The log of Spark's streaming file sink, which is the list of a directory's files where it is true of them.
 *
 * @see "FORMATS §1, docs/decisions/0046-a-sinks-log-is-true-of-the-files.md"
 */
final class SinkLog {
  private static final String FOLDER = "_spark_metadata";
  /** The driver has other things to do with its memory. */
  private static final long MAX_LOG_BYTES = 16L << 20;
  private static final Pattern BATCH = Pattern.compile("(?:0|[1-9][0-9]{0,14})(?:\\.compact)?");
  /** Spark takes signs and digits of any script, and can come to other batches by such a name. */
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\p{Nd}+(?:\\.compact)?");
  private static final String COMPACT = ".compact";

  private SinkLog() {}

  /** Whether a sink wrote the directory: then Spark reads by its log. @param present all that lies below the root */
  static boolean isIn(String rootUri, List<DataFile> present, DataFiles files) throws IOException {
    for (DataFile file : present) {
      if (isOfTheLog(file.path)) return true;
    }
    // A listing is of files: a log without a batch yet is not in it.
    return files.stat(rootUri + "/" + FOLDER) != null;
  }

  private static boolean isOfTheLog(String path) {
    return path.equals(FOLDER) || path.startsWith(FOLDER + "/");
  }

  /** The files that the log lists, as they were found. @throws RefusedException where it is not true of them */
  static List<DataFile> read(String rootUri, List<DataFile> present, DataFiles files) throws IOException {
    Map<String, DataFile> data = new HashMap<String, DataFile>();
    Map<String, DataFile> log = new HashMap<String, DataFile>();
    for (DataFile file : present) {
      if (file.path.equals(FOLDER) && !file.directory) throw refused("it is not a directory");
      if (!isOfTheLog(file.path)) data.put(file.path, file);
      else if (!file.directory) log.put(file.path.substring(FOLDER.length() + 1), file);
    }
    Map<String, DataFile> listed = new LinkedHashMap<String, DataFile>();
    for (String batch : chooseBatches(log)) {
      for (SinkLogLine line : readBatch(rootUri, log.get(batch), files)) {
        DataFile file = data.get(line.path);
        if (file == null || file.directory) throw refused("it lists " + line.path + ", which is not there");
        if (file.size != line.size) throw refused("it gives " + line.path + " " + line.size + " bytes, and the file has " + file.size);
        if (listed.put(line.path, file) != null) throw refused(line.path + " stands in it twice");
      }
    }
    return new ArrayList<DataFile>(listed.values());
  }

  /** The newest compaction holds all that came before it; after it every batch must be there. */
  private static List<String> chooseBatches(Map<String, DataFile> log) throws RefusedException {
    TreeMap<Long, String> batches = new TreeMap<Long, String>();
    long compacted = -1;
    for (String name : log.keySet()) {
      boolean batch = BATCH.matcher(name).matches();
      if (!batch && NUMBER.matcher(name).matches()) throw refused(name + " counts as a batch to Spark and is none");
      if (batch && name.endsWith(COMPACT)) compacted = Math.max(compacted, Long.parseLong(name.substring(0, name.length() - COMPACT.length())));
      else if (batch) batches.put(Long.parseLong(name), name);
    }
    List<String> chosen = new ArrayList<String>();
    if (compacted >= 0) chosen.add(compacted + COMPACT);
    long next = compacted + 1;
    for (Map.Entry<Long, String> later : batches.tailMap(next).entrySet()) {
      if (later.getKey() != next) throw refused("batch " + next + " is missing");
      chosen.add(later.getValue());
      next++;
    }
    return chosen;
  }

  private static List<SinkLogLine> readBatch(String rootUri, DataFile batch, DataFiles files) throws IOException {
    byte[] bytes;
    try (InputStream in = files.open(batch.uri)) {
      bytes = Content.read(in, MAX_LOG_BYTES);
    }
    String[] lines = Utf8.decode(bytes).split("\n");
    if (!lines[0].equals("v1")) throw refused("a batch is not of version v1");
    List<SinkLogLine> read = new ArrayList<SinkLogLine>();
    for (int i = 1; i < lines.length; i++) {
      if (!lines[i].isEmpty()) read.add(SinkLogLine.parse(rootUri, lines[i]));
    }
    return read;
  }

  static RefusedException refused(String reason) {
    return new RefusedException("the log in _spark_metadata cannot be followed: " + reason);
  }
}
