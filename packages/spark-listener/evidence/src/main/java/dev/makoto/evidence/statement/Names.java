package dev.makoto.evidence.statement;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.json.Utf8;

/**
 * Names of datasets, from the string alone, so that every language arrives at the same.
 *
 * <p>A path is text, as Hadoop's {@code Path.toString()} writes it: a percent sign is a character like any other.
 *
 * @see "FORMATS §2"
 */
public final class Names {
  private static final String PREFIX = "dataset:";
  private static final int MAX_LENGTH = 8192;

  private Names() {}

  /** The name of the dataset at an absolute path or URI; a text that begins with {@code dataset:} may be a logical name as well. */
  public static String datasetName(String uriOrPath) throws RefusedException {
    return datasetName(uriOrPath, null);
  }

  /** @param base absolute directory that a relative path is taken from, or null where none is expected */
  static String datasetName(String uriOrPath, String base) throws RefusedException {
    refuseUnnameable(uriOrPath);
    boolean named = uriOrPath.startsWith(PREFIX);
    String location = named ? uriOrPath.substring(PREFIX.length()) : uriOrPath;
    int colon = schemeLength(location);
    if (colon > 0) {
      String scheme = Location.canonicalScheme(location.substring(0, colon));
      String rest = location.substring(colon + 1);
      return PREFIX + (scheme.equals("file") ? localUri(rest, base) : Location.remote(scheme, withoutQuery(rest)));
    }
    if (named && !location.startsWith("/")) {
      if (location.isEmpty()) throw refuse("an empty name");
      return PREFIX + location;
    }
    return PREFIX + localPath(location, base);
  }

  /** The name of a catalog's table: {@code catalog.schema.table}. */
  public static String tableName(String table) throws RefusedException {
    return datasetName(PREFIX + table);
  }

  /** The location that a path's name stands for. */
  public static String uriOf(String datasetName) {
    return datasetName.substring(PREFIX.length());
  }

  /** H of the name's UTF-8 bytes: the directory of its pointers in a store. @see FORMATS §4 */
  public static String hash(String name) {
    return Sha256.hex(name);
  }

  /** How long the scheme is that the location begins with; 0 where it begins with none. @see "RFC 3986 §3.1" */
  private static int schemeLength(String location) {
    for (int i = 0; i < location.length(); i++) {
      char c = location.charAt(i);
      if (c == ':') return i;
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      boolean later = c >= '0' && c <= '9' || c == '+' || c == '.' || c == '-';
      if (!letter && (i == 0 || !later)) return 0;
    }
    return 0;
  }

  private static String localUri(String rest, String base) throws RefusedException {
    String path = rest;
    if (rest.startsWith("//")) {
      path = rest.startsWith("//localhost/") ? rest.substring("//localhost".length()) : rest.substring(2);
      if (!path.startsWith("/")) throw refuse("a file URI that names a host");
    }
    return localPath(path, base);
  }

  private static String localPath(String path, String base) throws RefusedException {
    if (path.isEmpty()) throw refuse("an empty path");
    if (!path.startsWith("/") && base == null) throw refuse("a path that is not absolute");
    String resolved = Location.resolveSegments(path.startsWith("/") ? path : base + "/" + path);
    return "file:" + (resolved.isEmpty() ? "/" : resolved);
  }

  private static String withoutQuery(String rest) {
    for (int i = 0; i < rest.length(); i++) {
      if (rest.charAt(i) == '?' || rest.charAt(i) == '#') return rest.substring(0, i);
    }
    return rest;
  }

  private static void refuseUnnameable(String text) throws RefusedException {
    if (text.isEmpty()) throw refuse("an empty path");
    if (text.length() > MAX_LENGTH) throw refuse("longer than " + MAX_LENGTH + " characters");
    if (!Utf8.isWellFormed(text)) throw refuse("half of a surrogate pair");
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) throw refuse("a control character");
    }
  }

  static RefusedException refuse(String why) {
    return new RefusedException("this cannot name a dataset: " + why);
  }
}
