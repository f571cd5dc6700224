package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;

/** What the platform gives to a process: variables, and files that they name. Nothing of it is ever quoted. */
public abstract class Environment {
  private static final int MAX_BYTES = 64 * 1024;

  /** This process's own. */
  public static final Environment SYSTEM = new Environment() {
    @Override
    protected String find(String name) {
      return System.getenv(name);
    }
  };

  /** Null where it is not set. */
  protected abstract String find(String name);

  /** The variable's value, spaces and all: a password may hold some. */
  public final String exactly(String name) {
    return find(name);
  }

  /** The variable's value; null where it is not set, or empty. */
  public final String get(String name) {
    String value = find(name);
    return value == null || value.trim().isEmpty() ? null : value.trim();
  }

  /** The secret in a file, without the spaces around it. Read each time: who provides it may renew it. */
  static String readSecret(String file) throws IOException {
    try {
      Path path = Paths.get(file);
      if (Files.size(path) > MAX_BYTES) throw new RefusedException("a file with a token is too large");
      String secret = new String(Files.readAllBytes(path), StandardCharsets.UTF_8).trim();
      if (secret.isEmpty()) throw new RefusedException("a file with a token is empty");
      return secret;
    } catch (InvalidPathException wrong) {
      throw new RefusedException("the name of a file with a token is no path");
    }
  }
}
