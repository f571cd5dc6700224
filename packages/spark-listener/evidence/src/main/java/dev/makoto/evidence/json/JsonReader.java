package dev.makoto.evidence.json;

import dev.makoto.evidence.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** RFC 8259, strictly: one value, no duplicate key, no lone surrogate. */
final class JsonReader {
  private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final String text;
  private final int maxDepth;
  private int at;

  JsonReader(String text, int maxDepth) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  Object readDocument() throws RefusedException {
    Object value = readValue(0);
    skipSpace();
    if (at != text.length()) throw refuse("more than one value");
    return value;
  }

  private Object readValue(int depth) throws RefusedException {
    skipSpace();
    if (at == text.length()) throw refuse("ends too early");
    if (depth == maxDepth && "{[".indexOf(text.charAt(at)) >= 0) throw refuse("nested deeper than " + maxDepth);
    switch (text.charAt(at)) {
      case '{':
        return readObject(depth);
      case '[':
        return readArray(depth);
      case '"':
        return readString();
      case 't':
        return readWord("true", Boolean.TRUE);
      case 'f':
        return readWord("false", Boolean.FALSE);
      case 'n':
        return readWord("null", null);
      default:
        return readNumber();
    }
  }

  private JsonObject readObject(int depth) throws RefusedException {
    JsonObject object = new JsonObject();
    at++;
    skipSpace();
    if (take('}')) return object;
    do {
      skipSpace();
      if (at == text.length() || text.charAt(at) != '"') throw refuse("a key must be a string");
      String key = readString();
      if (object.has(key)) throw refuse("a key stands twice");
      skipSpace();
      if (!take(':')) throw refuse("a colon is missing");
      object.with(key, readValue(depth + 1));
      skipSpace();
    } while (take(','));
    if (!take('}')) throw refuse("an object does not end");
    return object;
  }

  private List<Object> readArray(int depth) throws RefusedException {
    List<Object> list = new ArrayList<Object>();
    at++;
    skipSpace();
    if (take(']')) return list;
    do {
      list.add(readValue(depth + 1));
      skipSpace();
    } while (take(','));
    if (!take(']')) throw refuse("an array does not end");
    return list;
  }

  private String readString() throws RefusedException {
    StringBuilder string = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        if (!Utf8.isWellFormed(string)) throw refuse("a lone surrogate");
        return string.toString();
      }
      if (c < 0x20) throw refuse("a control character in a string");
      string.append(c == '\\' ? readEscape() : c);
    }
    throw refuse("a string does not end");
  }

  private char readEscape() throws RefusedException {
    if (at == text.length()) throw refuse("ends too early");
    char c = text.charAt(at++);
    switch (c) {
      case '"':
      case '\\':
      case '/':
        return c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        return readCodeUnit();
      default:
        throw refuse("an unknown escape");
    }
  }

  private char readCodeUnit() throws RefusedException {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
      if (digit < 0) throw refuse("\\u without four hex digits");
      unit = unit << 4 | digit;
      at++;
    }
    return (char) unit;
  }

  /** An integer that every reader keeps is a Long, anything else a Double. */
  private Number readNumber() throws RefusedException {
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) throw refuse("not a value");
    at = number.end();
    String literal = number.group();
    if (number.group(1) == null && number.group(2) == null && literal.length() < 18) {
      long integer = Long.parseLong(literal);
      if (Math.abs(integer) <= Json.MAX_SAFE) return integer;
    }
    double real = Double.parseDouble(literal);
    if (Double.isInfinite(real)) throw refuse("a number too large");
    return real;
  }

  private Object readWord(String word, Object value) throws RefusedException {
    if (!text.startsWith(word, at)) throw refuse("not a value");
    at += word.length();
    return value;
  }

  private boolean take(char wanted) {
    if (at == text.length() || text.charAt(at) != wanted) return false;
    at++;
    return true;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
  }

  private RefusedException refuse(String why) {
    return new RefusedException("not JSON that is read here: " + why + ", at character " + at);
  }
}
