package dev.makoto.evidence.json;

import java.util.List;
import java.util.Map;

/** RFC 8785. */
final class JsonWriter {
  private JsonWriter() {}

  static void write(Object value, StringBuilder out) {
    if (value == null || value instanceof Boolean) out.append(value);
    else if (value instanceof String) writeString((String) value, out);
    else if (value instanceof Number) out.append(JsonNumber.render((Number) value));
    else if (value instanceof JsonObject) writeObject((JsonObject) value, out);
    else if (value instanceof List) writeArray((List<?>) value, out);
    else throw new IllegalArgumentException("not a JSON value: " + value.getClass().getName());
  }

  private static void writeObject(JsonObject object, StringBuilder out) {
    char before = '{';
    for (Map.Entry<String, Object> field : object.fields().entrySet()) {
      out.append(before);
      writeString(field.getKey(), out);
      out.append(':');
      write(field.getValue(), out);
      before = ',';
    }
    out.append(before == '{' ? "{}" : "}");
  }

  private static void writeArray(List<?> list, StringBuilder out) {
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      if (i > 0) out.append(',');
      write(list.get(i), out);
    }
    out.append(']');
  }

  private static void writeString(String string, StringBuilder out) {
    if (!Utf8.isWellFormed(string)) throw new IllegalArgumentException("a lone surrogate");
    out.append('"');
    int written = 0;
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (c >= 0x20 && c != '"' && c != '\\') continue;
      out.append(string, written, i);
      writeEscape(c, out);
      written = i + 1;
    }
    out.append(string, written, string.length()).append('"');
  }

  private static void writeEscape(char c, StringBuilder out) {
    int escape = "\b\t\n\f\r\"\\".indexOf(c);
    if (escape >= 0) out.append('\\').append("btnfr\"\\".charAt(escape));
    else out.append("\\u00").append(c < 0x10 ? '0' : '1').append(Character.forDigit(c & 15, 16));
  }
}
