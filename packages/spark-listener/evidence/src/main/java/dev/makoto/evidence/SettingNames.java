package dev.makoto.evidence;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The names of the settings. @see FORMATS §6 */
final class SettingNames {
  /** In the order in which {@code makoto spark conf} writes them. */
  static final List<String> ALL = Collections.unmodifiableList(Arrays.asList(
      "level", "signing.key", "signing.password-file", "dbom.sink", "trust.keys", "timestamp.url", "timestamp", "registry.url", "digest.inputs",
      "digest.outputs", "budget", "stages", "rows", "tenant", "on-failure", "spool.dir", "timeout"));

  /** A name with more wrong letters than these is no slip of the hand. */
  private static final int MAX_SLIPS = 3;

  private SettingNames() {}

  static boolean isKnown(String name) {
    return ALL.contains(name);
  }

  /** What to say of a name that is none. */
  static String correct(String unknown) {
    String meant = nearest(unknown.toLowerCase(Locale.ROOT));
    return meant == null ? "known are " + String.join(", ", ALL) : "did you mean " + meant + "?";
  }

  /** Null where nothing is near, such as {@code url} of two. */
  private static String nearest(String unknown) {
    String nearest = null;
    int fewest = Math.min(MAX_SLIPS, unknown.length() / 3) + 1;
    for (String name : ALL) {
      int slips = distance(unknown, name);
      if (slips < fewest) {
        fewest = slips;
        nearest = name;
      }
    }
    return nearest == null ? lastPart(unknown) : nearest;
  }

  private static String lastPart(String unknown) {
    String found = null;
    for (String name : ALL) {
      if (!name.endsWith("." + unknown)) continue;
      if (found != null) return null;
      found = name;
    }
    return found;
  }

  /** How many letters are to be put in, left out or changed (Levenshtein). */
  private static int distance(String from, String to) {
    int[] before = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) before[j] = j;
    for (int i = 1; i <= from.length(); i++) {
      int[] now = new int[to.length() + 1];
      now[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(changed, Math.min(before[j], now[j - 1]) + 1);
      }
      before = now;
    }
    return before[to.length()];
  }
}
