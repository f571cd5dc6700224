package dev.makoto.evidence.run;

import dev.makoto.evidence.Log;
import java.util.List;

/** Keeps what a person is warned of. */
final class Warnings implements Log {
  private final List<String> said;

  Warnings(List<String> said) {
    this.said = said;
  }

  @Override
  public void debug(String message) {}

  @Override
  public void info(String message) {}

  @Override
  public void warn(String message, Throwable cause) {
    said.add(cause == null ? message : message + ": " + cause.getMessage());
  }
}
