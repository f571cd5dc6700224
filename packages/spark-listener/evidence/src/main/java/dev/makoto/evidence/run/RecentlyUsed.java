package dev.makoto.evidence.run;

import java.util.Iterator;
import java.util.LinkedHashMap;

/** What was put or asked for last, up to a number of entries. */
final class RecentlyUsed<V> {
  private final int most;
  private final LinkedHashMap<String, V> entries = new LinkedHashMap<String, V>(16, 0.75f, true);

  RecentlyUsed(int most) {
    this.most = most;
  }

  /** Null where there is none, or none any more. */
  V get(String key) {
    return entries.get(key);
  }

  void put(String key, V value) {
    entries.put(key, value);
    if (entries.size() <= most) return;
    Iterator<String> eldest = entries.keySet().iterator();
    eldest.next();
    eldest.remove();
  }
}
