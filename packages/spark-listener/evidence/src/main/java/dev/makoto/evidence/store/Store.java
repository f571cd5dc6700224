package dev.makoto.evidence.store;

import java.io.IOException;
import java.util.List;

/** Where attestations lie: objects that are written once and never change. Paths are relative, {@code /}-separated. @see FORMATS §4 */
public interface Store {
  /** The object's bytes, or null where there is none; refuses one that is larger than {@code maxBytes}. */
  byte[] get(String path, long maxBytes) throws IOException;

  /** Writes the object unless something lies there; never replaces. */
  PutResult put(String path, byte[] bytes) throws IOException;

  /** Paths of the objects directly under the folder {@code prefix}, names with a leading dot left out, in no order. */
  List<String> list(String prefix) throws IOException;

  boolean exists(String path) throws IOException;
}
