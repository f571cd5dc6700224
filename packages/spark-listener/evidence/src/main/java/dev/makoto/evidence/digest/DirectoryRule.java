package dev.makoto.evidence.digest;

/** Which files of a directory are data: Spark's rule. @see FORMATS §1 */
public final class DirectoryRule {
  private DirectoryRule() {}

  public static boolean isData(String path) {
    for (String segment : path.split("/", -1)) {
      if (segment.startsWith(".") || segment.endsWith("._COPYING_")) return false;
      if (segment.startsWith("_") && segment.indexOf('=') < 0) return false;
    }
    return true;
  }
}
