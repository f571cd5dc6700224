package dev.makoto.evidence.run;

import dev.makoto.evidence.store.PutResult;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts how often each object was read, and what was listed and written. */
final class CountingStore implements Store {
  final Map<String, Integer> reads = new HashMap<>();
  int lists;
  int puts;
  private final Store store;

  CountingStore(Store store) {
    this.store = store;
  }

  Map<String, Integer> below(String folder) {
    Map<String, Integer> found = new HashMap<>(reads);
    found.keySet().removeIf(path -> !path.startsWith(folder));
    return found;
  }

  @Override
  public byte[] get(String path, long maxBytes) throws IOException {
    reads.merge(path, 1, Integer::sum);
    return store.get(path, maxBytes);
  }

  @Override
  public PutResult put(String path, byte[] bytes) throws IOException {
    puts++;
    return store.put(path, bytes);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    lists++;
    return store.list(prefix);
  }

  @Override
  public boolean exists(String path) throws IOException {
    return store.exists(path);
  }
}
