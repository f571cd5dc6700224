package dev.makoto.evidence.digest;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.Utf8;

/** The rule for a file's path within its dataset: refused, never escaped. @see FORMATS §1 */
public final class ManifestPath {
  private ManifestPath() {}

  /** Returns the path unchanged, or refuses it. */
  public static String check(String path) throws RefusedException {
    String fault = faultOf(path);
    if (fault == null) return path;
    throw new RefusedException("a path in a dataset " + fault);
  }

  /** What is wrong with the path; null where nothing is. */
  static String faultOf(String path) {
    if (path.isEmpty()) return "is empty";
    if (path.startsWith("/")) return "begins with a slash";
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == 0 || c == '\r' || c == '\n' || c == '\\') return "holds NUL, CR, LF or a backslash";
    }
    if (!Utf8.isWellFormed(path)) return "has no UTF-8 bytes";
    for (int at = 0; at <= path.length(); ) {
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      boolean dots = path.startsWith(".", at) && (end == at + 1 || end == at + 2 && path.charAt(at + 1) == '.');
      if (end == at || dots) return "has an empty, . or .. segment";
      at = end + 1;
    }
    return null;
  }
}
