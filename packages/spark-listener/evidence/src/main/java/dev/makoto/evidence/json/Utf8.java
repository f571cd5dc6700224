package dev.makoto.evidence.json;

import dev.makoto.evidence.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/** UTF-8 without forgiveness. */
public final class Utf8 {
  /** The order of the UTF-8 bytes, which is the order of code points, not that of Java's strings. @see FORMATS §0 */
  public static final Comparator<String> ORDER = new Comparator<String>() {
    @Override
    public int compare(String left, String right) {
      int shorter = Math.min(left.length(), right.length());
      for (int i = 0; i < shorter; i++) {
        char a = left.charAt(i);
        char b = right.charAt(i);
        if (a == b) continue;
        // A surrogate stands for a code point above every other char.
        boolean surrogateA = Character.isSurrogate(a);
        boolean surrogateB = Character.isSurrogate(b);
        return surrogateA == surrogateB ? Character.compare(a, b) : surrogateA ? 1 : -1;
      }
      return Integer.compare(left.length(), right.length());
    }
  };

  private Utf8() {}

  public static String decode(byte[] bytes) throws RefusedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException wrong) {
      throw new RefusedException("not UTF-8", wrong);
    }
  }

  /** Whether every surrogate has its other half, so that the text has UTF-8 bytes. */
  public static boolean isWellFormed(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) continue;
      if (Character.isLowSurrogate(c) || i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) return false;
      i++;
    }
    return true;
  }
}
