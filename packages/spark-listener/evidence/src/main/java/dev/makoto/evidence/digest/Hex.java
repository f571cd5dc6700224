package dev.makoto.evidence.digest;

/** Lower-case hex. */
public final class Hex {
  private static final char[] DIGITS = "0123456789abcdef".toCharArray();

  private Hex() {}

  public static String encode(byte[] bytes) {
    char[] hex = new char[bytes.length * 2];
    for (int i = 0; i < bytes.length; i++) {
      hex[2 * i] = DIGITS[bytes[i] >> 4 & 15];
      hex[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    return new String(hex);
  }

  /** @throws IllegalArgumentException unless it is an even number of lower-case hex digits */
  public static byte[] decode(String hex) {
    if (hex.length() % 2 != 0) throw new IllegalArgumentException("not hex");
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) (digit(hex.charAt(2 * i)) << 4 | digit(hex.charAt(2 * i + 1)));
    return bytes;
  }

  /** Whether it is a SHA-256 as we write it: 64 lower-case hex digits. */
  public static boolean isSha256(String text) {
    if (text == null || text.length() != 64) return false;
    for (int i = 0; i < 64; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
    }
    return true;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    throw new IllegalArgumentException("not hex");
  }
}
