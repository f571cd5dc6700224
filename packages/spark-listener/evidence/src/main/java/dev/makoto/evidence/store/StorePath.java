package dev.makoto.evidence.store;

import dev.makoto.evidence.RefusedException;

/** Paths within a store: relative, plain, never out of it. @see FORMATS §4 */
public final class StorePath {
  private static final int MAX_LENGTH = 1024;

  private StorePath() {}

  /** Returns the path unchanged, or refuses it. */
  public static String check(String path) throws RefusedException {
    if (path.isEmpty() || path.length() > MAX_LENGTH) throw new RefusedException("not a path in a store");
    for (String segment : path.split("/", -1)) {
      if (segment.isEmpty() || segment.startsWith(".")) throw new RefusedException("not a path in a store");
      for (int i = 0; i < segment.length(); i++) {
        char c = segment.charAt(i);
        boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "._-~=".indexOf(c) >= 0;
        if (!plain) throw new RefusedException("not a path in a store");
      }
    }
    return path;
  }
}
