package dev.makoto.evidence.run;

import dev.makoto.evidence.digest.Hex;

/** Digests that this run knows, by the file's key, as long as its size and time are the same. */
final class FileMemory {
  /** Some 300 bytes each, most of them the key: 30 MB. */
  private static final int MAX_FILES = 100000;

  private final RecentlyUsed<Known> files;

  FileMemory() {
    this(MAX_FILES);
  }

  FileMemory(int most) {
    files = new RecentlyUsed<Known>(most);
  }

  private static final class Known {
    final long size;
    final long mtime;
    final byte[] sha256;

    Known(FileState state) {
      size = state.size;
      mtime = state.mtime;
      sha256 = Hex.decode(state.sha256);
    }
  }

  void remember(String key, FileState state) {
    files.put(key, new Known(state));
  }

  /** Null where it is not known, or the file is not the same any more. */
  String digestOf(String key, long size, long mtime) {
    Known known = files.get(key);
    // A time that is not known is never the same.
    return known != null && mtime >= 0 && known.size == size && known.mtime == mtime ? Hex.encode(known.sha256) : null;
  }
}
