package dev.makoto.evidence.json;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A JSON object with its keys in the order of RFC 8785: UTF-16 code units, which is how Java compares strings. */
public final class JsonObject {
  private final TreeMap<String, Object> fields = new TreeMap<String, Object>();

  /** Sets a field: a {@link JsonObject}, {@link List}, {@link String}, {@link Number}, {@link Boolean}, or null for JSON's null. */
  public JsonObject with(String key, Object value) {
    fields.put(key, value);
    return this;
  }

  /** Sets a field unless the value is null. */
  public JsonObject withPresent(String key, Object value) {
    return value == null ? this : with(key, value);
  }

  public boolean has(String key) {
    return fields.containsKey(key);
  }

  public Object get(String key) {
    return fields.get(key);
  }

  /** The field as a string; null where it is absent or something else. */
  public String string(String key) {
    Object value = fields.get(key);
    return value instanceof String ? (String) value : null;
  }

  /** The field as an object; an empty one where it is absent or something else. */
  public JsonObject object(String key) {
    Object value = fields.get(key);
    return value instanceof JsonObject ? (JsonObject) value : new JsonObject();
  }

  /** The field as a list; an empty one where it is absent or something else. */
  public List<?> list(String key) {
    Object value = fields.get(key);
    return value instanceof List ? (List<?>) value : Collections.emptyList();
  }

  public Map<String, Object> fields() {
    return Collections.unmodifiableMap(fields);
  }
}
