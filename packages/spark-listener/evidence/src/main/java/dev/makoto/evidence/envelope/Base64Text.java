package dev.makoto.evidence.envelope;

import dev.makoto.evidence.RefusedException;
import java.util.Base64;

/** Standard, padded base64; decoding accepts the one spelling that encoding gives. @see FORMATS §0 */
public final class Base64Text {
  private Base64Text() {}

  public static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  public static byte[] decode(String text) throws RefusedException {
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (encode(bytes).equals(text)) return bytes;
    } catch (IllegalArgumentException wrong) {
      throw new RefusedException("not standard, padded base64", wrong);
    }
    throw new RefusedException("not standard, padded base64");
  }
}
