package dev.makoto.evidence.statement;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Times as they are written: UTC, milliseconds, truncated. @see FORMATS §0 */
public final class Times {
  private Times() {}

  public static String render(long millis) {
    return render(millis, "-", ":");
  }

  /** Without colons, which HDFS refuses in a name. */
  public static String renderForPath(long millis) {
    return render(millis, "", "");
  }

  /** By hand: a formatter takes twice as long, once it is compiled, and an execution has a dozen times to write. */
  private static String render(long millis, String dash, String colon) {
    int milli = (int) Math.floorMod(millis, 1000L);
    LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(millis, 1000L), 0, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(24);
    append(time.getYear(), 4, text).append(dash);
    append(time.getMonthValue(), 2, text).append(dash);
    append(time.getDayOfMonth(), 2, text).append('T');
    append(time.getHour(), 2, text).append(colon);
    append(time.getMinute(), 2, text).append(colon);
    append(time.getSecond(), 2, text).append('.');
    return append(milli, 3, text).append('Z').toString();
  }

  private static StringBuilder append(int number, int digits, StringBuilder text) {
    String decimal = Integer.toString(number);
    for (int i = decimal.length(); i < digits; i++) text.append('0');
    return text.append(decimal);
  }
}
