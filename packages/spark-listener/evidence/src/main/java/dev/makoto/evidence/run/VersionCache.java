package dev.makoto.evidence.run;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was used last, as much as fits: each value weighs as many files as it holds on to, so that a run that makes many versions of a
 * large dataset keeps the newer ones only. The value that was put last stays, whatever it weighs.
 */
final class VersionCache<V> {
  /** Some 450 bytes each: path, digest, size and time, in a manifest and an index. */
  static final int MAX_FILES = 50000;
  private static final int MAX_ENTRIES = 20000;

  private static final class Weighed<V> {
    final V value;
    final long files;

    Weighed(V value, long files) {
      this.value = value;
      this.files = files;
    }
  }

  private final LinkedHashMap<String, Weighed<V>> entries = new LinkedHashMap<String, Weighed<V>>(16, 0.75f, true);
  private long files;

  /** Null where there is none, or none any more. */
  V get(String key) {
    Weighed<V> found = entries.get(key);
    return found == null ? null : found.value;
  }

  void put(String key, V value, Attested holding) {
    Weighed<V> added = new Weighed<V>(value, filesOf(holding));
    Weighed<V> before = entries.put(key, added);
    files += added.files - (before == null ? 0 : before.files);
    Iterator<Map.Entry<String, Weighed<V>>> eldest = entries.entrySet().iterator();
    while ((files > MAX_FILES || entries.size() > MAX_ENTRIES) && entries.size() > 1) {
      files -= eldest.next().getValue().files;
      eldest.remove();
    }
  }

  /** How many files the values hold on to. */
  long files() {
    return files;
  }

  private static long filesOf(Attested attested) {
    if (attested == null) return 0;
    return Math.max(attested.files == null ? 0 : attested.files.size(), attested.index.size());
  }
}
