package dev.makoto.evidence.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as ECMAScript prints them. @see "RFC 8785 §3.2.2.3, ECMA-262 Number::toString" */
final class JsonNumber {
  private JsonNumber() {}

  static String render(Number number) {
    if (number instanceof Long || number instanceof Integer) {
      long integer = number.longValue();
      if (Math.abs(integer) > Json.MAX_SAFE) throw new IllegalArgumentException("wider than 2^53-1: " + integer);
      return Long.toString(integer);
    }
    return renderDouble(number.doubleValue());
  }

  private static String renderDouble(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) throw new IllegalArgumentException("not a JSON number: " + value);
    if (value == 0) return "0";
    if (value < 0) return "-" + renderDouble(-value);
    BigDecimal shortest = shortestFor(value);
    String digits = shortest.unscaledValue().toString();
    int point = digits.length() - shortest.scale();
    if (point > 21 || point <= -6) return renderExponential(digits, point - 1);
    if (point >= digits.length()) return digits + zeros(point - digits.length());
    if (point > 0) return digits.substring(0, point) + "." + digits.substring(point);
    return "0." + zeros(-point) + digits;
  }

  /** The fewest digits that give the same double. Double.toString promises that only from Java 19 on. */
  private static BigDecimal shortestFor(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < 17; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) return rounded.stripTrailingZeros();
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }

  private static String renderExponential(String digits, int exponent) {
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
  }

  private static String zeros(int count) {
    StringBuilder zeros = new StringBuilder();
    for (int i = 0; i < count; i++) zeros.append('0');
    return zeros.toString();
  }
}
