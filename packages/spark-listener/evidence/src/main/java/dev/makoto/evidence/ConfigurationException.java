package dev.makoto.evidence;

/** A setting that cannot be used; names the key, never the value of a secret. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The key without its {@code spark.} and {@code makoto.} prefix. */
  public final String key;

  public ConfigurationException(String key, String message) {
    this(key, message, null);
  }

  public ConfigurationException(String key, String message, Throwable cause) {
    super("makoto." + key + ": " + message, cause);
    this.key = key;
  }
}
