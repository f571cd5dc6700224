package dev.makoto.evidence.run;

import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Dataset versions that a seal lists, by name and digest: the first ones, for the seal must stay one object of bounded size. */
final class SealedList {
  static final int MAX_ENTRIES = 10000;
  /** Names may be long: two lists, the gaps and the bundles must fit a bundle's 16 MiB in Base64. */
  static final long MAX_BYTES = 4L << 20;

  private final TreeMap<String, JsonObject> entries = new TreeMap<String, JsonObject>();
  private long bytes;
  private long leftOut;

  void add(String name, String sha256) {
    String key = name + "\n" + sha256;
    if (entries.containsKey(key)) return;
    JsonObject entry = new JsonObject().with("name", name).with("digest", FileLists.digest(sha256));
    long size = Json.canonicalize(entry).length + 1;
    if (entries.size() >= MAX_ENTRIES || bytes + size > MAX_BYTES) {
      leftOut++;
      return;
    }
    entries.put(key, entry);
    bytes += size;
  }

  /** How often a version was not listed, one that came again counted again: to know it again would take what the bound saves. */
  long leftOut() {
    return leftOut;
  }

  List<JsonObject> entries() {
    return new ArrayList<JsonObject>(entries.values());
  }
}
