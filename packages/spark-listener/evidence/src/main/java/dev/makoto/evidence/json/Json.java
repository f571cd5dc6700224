package dev.makoto.evidence.json;

import dev.makoto.evidence.RefusedException;
import java.nio.charset.StandardCharsets;

/** JSON as it is hashed and signed. @see FORMATS §0 */
public final class Json {
  /** Deeper nesting is refused. */
  public static final int MAX_DEPTH = 64;
  /** The widest integer that every reader of JSON keeps. */
  static final long MAX_SAFE = (1L << 53) - 1;

  private Json() {}

  /**
   * Reads one JSON value; refuses duplicate keys, lone surrogates, bytes that are not UTF-8, a byte order mark, and anything larger
   * or deeper than allowed.
   */
  public static Object parse(byte[] bytes, int maxBytes, int maxDepth) throws RefusedException {
    if (bytes.length > maxBytes) throw new RefusedException("JSON of " + bytes.length + " bytes, at most " + maxBytes + " are read");
    return new JsonReader(Utf8.decode(bytes), maxDepth).readDocument();
  }

  /** Reads one JSON object. */
  public static JsonObject parseObject(byte[] bytes, int maxBytes) throws RefusedException {
    Object value = parse(bytes, maxBytes, MAX_DEPTH);
    if (value instanceof JsonObject) return (JsonObject) value;
    throw new RefusedException("not a JSON object");
  }

  /** RFC 8785 bytes. */
  public static byte[] canonicalize(Object value) {
    StringBuilder text = new StringBuilder(1024);
    JsonWriter.write(value, text);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
