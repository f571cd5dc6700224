package dev.makoto.evidence.store;

import dev.makoto.evidence.RefusedException;

/** Paths within a store: relative, plain, never out of it. @see FORMATS §4 */
public final class StorePath {
  private static final int MAX_LENGTH = 1024;

  private StorePath() {}

  /** Returns the path unchanged, or refuses it. */
  public static String check(String path) throws RefusedException {
    if (path.isEmpty() || path.length() > MAX_LENGTH) throw new RefusedException("not a path in a store");
    char before = '/';
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean begins = before == '/';
      boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '~' || c == '=';
      if (!plain && (begins || c != '.' && c != '/')) throw new RefusedException("not a path in a store");
      before = c;
    }
    if (before == '/') throw new RefusedException("not a path in a store");
    return path;
  }
}
