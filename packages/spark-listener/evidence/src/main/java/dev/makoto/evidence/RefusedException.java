package dev.makoto.evidence;

import java.io.IOException;

/** Something from outside that is not what it should be: malformed, too large, or not under a key that counts. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  public RefusedException(String message) {
    super(message);
  }

  public RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
