package dev.makoto.evidence;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations ({@code 500ms 90s 5m 2h}, bare seconds) and sizes ({@code 512mb 64gb}), as they stand in settings. */
final class Quantity {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(ms|s|m|min|h|b|kb|mb|gb|tb)?");

  private Quantity() {}

  static boolean isDuration(String text) {
    return !text.toLowerCase(Locale.ROOT).endsWith("b");
  }

  /** Milliseconds of a duration, bytes of a size. */
  static long parse(String text) {
    Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!form.matches()) throw new IllegalArgumentException("not a quantity");
    return Math.multiplyExact(Long.parseLong(form.group(1)), factorOf(form.group(2)));
  }

  private static long factorOf(String unit) {
    if (unit == null || unit.equals("s")) return 1000;
    switch (unit) {
      case "ms":
      case "b":
        return 1;
      case "m":
      case "min":
        return 60 * 1000;
      case "h":
        return 60 * 60 * 1000;
      case "kb":
        return 1L << 10;
      case "mb":
        return 1L << 20;
      case "gb":
        return 1L << 30;
      default:
        return 1L << 40;
    }
  }
}
