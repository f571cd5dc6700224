package dev.makoto.evidence.store;

import java.io.IOException;

/** Something else already lies at a path that is written once. @see FORMATS §4 */
public final class StoreConflictException extends IOException {
  private static final long serialVersionUID = 1L;

  public StoreConflictException(String path) {
    super("the store holds something else at " + path);
  }
}
