package dev.makoto.evidence.statement;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as they are written: UTC, milliseconds, truncated. @see FORMATS §0 */
public final class Times {
  private static final DateTimeFormatter FULL = formatter("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");
  private static final DateTimeFormatter IN_A_PATH = formatter("uuuuMMdd'T'HHmmss.SSS'Z'");

  private Times() {}

  public static String render(long millis) {
    return FULL.format(Instant.ofEpochMilli(millis));
  }

  /** Without colons, which HDFS refuses in a name. */
  public static String renderForPath(long millis) {
    return IN_A_PATH.format(Instant.ofEpochMilli(millis));
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }
}
