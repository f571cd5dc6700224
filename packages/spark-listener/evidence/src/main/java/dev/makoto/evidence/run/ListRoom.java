package dev.makoto.evidence.run;

import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;

/** How much of one object lists of files may fill: what does not fit lies beside it as a manifest, so that every reader takes the object. */
final class ListRoom {
  private static final long BYTES = 2L << 20;
  /** What an entry has around its path: digest, size and the names of its fields. */
  private static final int AROUND_A_PATH = 140;

  private long left = BYTES;

  /** Takes the room for the list, if there is as much. */
  boolean takes(Manifest manifest) {
    long size = 0;
    for (ManifestEntry file : manifest.entries()) size += AROUND_A_PATH + sizeOf(file.path);
    if (size > left) return false;
    left -= size;
    return true;
  }

  /** The bytes of a text as a JSON string, or somewhat more. */
  static long sizeOf(String text) {
    long size = 2;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      size += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : 3;
    }
    return size;
  }
}
