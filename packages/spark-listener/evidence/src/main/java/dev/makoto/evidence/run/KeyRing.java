package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.key.KeyFile;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;

/** Opens the keys that the configuration names. */
final class KeyRing {
  private static final long MAX_BYTES = 1 << 20;

  private KeyRing() {}

  /** The signing key; null where the level asks for none. */
  static Signer signer(Configuration configuration) throws ConfigurationException {
    if (configuration.level < 2) return null;
    if (configuration.signingKey == null) throw new ConfigurationException("signing.key", "is needed from level 2 on");
    try {
      return KeyFile.open(read("signing.key", configuration.signingKey), password(configuration));
    } catch (RefusedException refused) {
      throw new ConfigurationException("signing.key", refused.getMessage());
    }
  }

  /** The keys under which earlier attestations count: those named, and our own. */
  static PublicKeys trusted(Configuration configuration, Signer signer) throws ConfigurationException {
    PublicKeys keys = new PublicKeys();
    try {
      if (signer != null) keys.add(signer.publicKey());
      for (String file : configuration.trustKeys) keys.addPem(read("trust.keys", file));
      return keys;
    } catch (RefusedException refused) {
      throw new ConfigurationException("trust.keys", refused.getMessage());
    }
  }

  private static char[] password(Configuration configuration) throws ConfigurationException {
    if (configuration.signingPasswordFile != null) {
      // One trailing newline, no more: a password may end in one.
      return read("signing.password-file", configuration.signingPasswordFile).replaceFirst("\\r?\\n\\z", "").toCharArray();
    }
    String password = System.getenv("COSIGN_PASSWORD");
    return password == null ? null : password.toCharArray();
  }

  private static String read(String key, String uri) throws ConfigurationException {
    try {
      Path file = Paths.get(pathOf(key, uri));
      if (Files.size(file) > MAX_BYTES) throw new ConfigurationException(key, "the file is too large");
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException unreadable) {
      throw new ConfigurationException(key, "the file cannot be read", unreadable);
    }
  }

  private static String pathOf(String key, String uri) throws ConfigurationException {
    if (uri.startsWith("/")) return uri;
    if (!uri.startsWith("file:")) throw new ConfigurationException(key, "only file: keys can be opened here");
    String path = uri.substring("file:".length());
    return path.startsWith("///") ? path.substring(2) : path;
  }
}
