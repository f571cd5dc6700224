package dev.makoto.evidence.run;

import java.util.HashMap;
import java.util.Map;

/** Digests that this run knows, by the file's key, as long as its size and time are the same. */
final class FileMemory {
  private static final int MAX_FILES = 500000;
  private final Map<String, FileState> states = new HashMap<String, FileState>();

  void remember(String key, FileState state) {
    if (states.size() >= MAX_FILES) states.clear();
    states.put(key, state);
  }

  /** Null where it is not known, or the file is not the same any more. */
  String digestOf(String key, long size, long mtime) {
    FileState state = states.get(key);
    return state != null && state.fits(size, mtime) ? state.sha256 : null;
  }
}
