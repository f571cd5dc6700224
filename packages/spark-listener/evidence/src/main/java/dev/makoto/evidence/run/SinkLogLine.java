package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Location;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a sink's log says of one file: Spark reads by it, and asks the file system nothing. */
final class SinkLogLine {
  private static final int MAX_LINE_BYTES = 64 * 1024;
  private static final int MAX_DEPTH = 4;
  private static final Pattern ODD_SEGMENT = Pattern.compile("/\\.{0,2}(?:/|$)");
  private static final String[] NUMBERS = {"size", "modificationTime", "blockReplication", "blockSize"};

  /** Relative to the root. */
  final String path;
  final long size;

  private SinkLogLine(String path, long size) {
    this.path = path;
    this.size = size;
  }

  /** A line of which not all is there that Spark writes, or that does not add a file below the root, is refused. */
  static SinkLogLine parse(String rootUri, String line) throws RefusedException {
    Object value = Json.parse(line.getBytes(StandardCharsets.UTF_8), MAX_LINE_BYTES, MAX_DEPTH);
    if (!(value instanceof JsonObject)) throw SinkLog.refused("a line is not a file");
    JsonObject file = (JsonObject) value;
    for (String number : NUMBERS) {
      if (!isWhole(file.get(number))) throw SinkLog.refused("a line has no " + number);
    }
    if (!"add".equals(file.string("action"))) throw SinkLog.refused("Spark only adds");
    if (!Boolean.FALSE.equals(file.get("isDir"))) throw SinkLog.refused("a line does not say that it is of a file");
    if (file.string("path") == null) throw SinkLog.refused("a line has no path");
    return new SinkLogLine(relativePath(rootUri, file.string("path")), ((Number) file.get("size")).longValue());
  }

  private static boolean isWhole(Object value) {
    return value instanceof Number && ((Number) value).doubleValue() == ((Number) value).longValue();
  }

  /** Spark finds a file by the very path: over another way to the same directory it finds none, or another one. */
  private static String relativePath(String rootUri, String uri) throws RefusedException {
    URI parsed;
    try {
      parsed = new URI(uri);
    } catch (URISyntaxException malformed) {
      throw SinkLog.refused("it names " + uri + ", which is badly encoded");
    }
    String scheme = parsed.getScheme();
    String folder = parsed.getPath();
    String host = parsed.getRawAuthority();
    boolean plain = scheme != null && folder != null && parsed.getRawQuery() == null && parsed.getRawFragment() == null;
    if (!plain || ODD_SEGMENT.matcher(folder).find()) throw elsewhere(uri);
    if (scheme.equalsIgnoreCase("file") && (host != null || !scheme.equals("file"))) throw elsewhere(uri);
    String key = Location.keyOf(scheme + ":" + (host == null ? "" : "//" + host) + folder);
    String path = Location.below(Location.keyOf(rootUri), key);
    if (path == null || path.isEmpty()) throw elsewhere(uri);
    return path;
  }

  private static RefusedException elsewhere(String uri) {
    return SinkLog.refused("it names " + uri + ", which is not in the directory");
  }
}
