package dev.makoto.evidence;

/** Where words go. This module has no logger of its own; the agent binds it to the one its platform has. */
public interface Log {
  void debug(String message);

  void info(String message);

  /** @param cause null where there is none */
  void warn(String message, Throwable cause);

  /** Says nothing. */
  Log SILENT = new Log() {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message, Throwable cause) {}
  };
}
