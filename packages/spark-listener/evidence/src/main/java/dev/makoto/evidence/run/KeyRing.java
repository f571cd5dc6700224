package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.Log;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.Utf8;
import dev.makoto.evidence.key.KeyFile;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;
import dev.makoto.evidence.kms.Environment;
import dev.makoto.evidence.kms.KeyServices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;

/** Opens the keys that the configuration names. */
final class KeyRing {
  private static final long MAX_BYTES = 1 << 20;
  private static final String UNKNOWN_KEY = "is not a key that the agent opens: file:, awskms://, gcpkms://, azurekms://, hashivault://";

  private KeyRing() {}

  /** The signing key; null where the level asks for none. */
  static Signer signer(Configuration configuration, Environment environment, Log log) throws ConfigurationException {
    if (configuration.level < 2) return null;
    if (configuration.signingKey == null) throw new ConfigurationException("signing.key", "is needed from level 2 on");
    try {
      if (KeyServices.serves(configuration.signingKey)) return remote(configuration, environment, log);
      String pem = read("signing.key", configuration.signingKey);
      return KeyFile.open(pem, KeyFile.isEncrypted(pem) ? password(configuration, environment, log) : null);
    } catch (RefusedException refused) {
      throw new ConfigurationException("signing.key", refused.getMessage());
    }
  }

  private static Signer remote(Configuration configuration, Environment environment, Log log) throws ConfigurationException, RefusedException {
    String tokenFile = configuration.signingPasswordFile == null ? null : pathOf("signing.password-file", configuration.signingPasswordFile);
    try {
      Signer signer = KeyServices.open(configuration.signingKey, environment, tokenFile);
      String exposed = KeyServices.exposedBy(configuration.signingKey, environment, tokenFile);
      if (exposed != null) log.warn(exposed + " is read: every process of this user can see it; a file or the platform's own identity is better", null);
      return signer;
    } catch (RefusedException refused) {
      throw refused;
    } catch (IOException unreachable) {
      throw new ConfigurationException("signing.key", "the key service cannot be used", unreachable);
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

  private static char[] password(Configuration configuration, Environment environment, Log log) throws ConfigurationException {
    if (configuration.signingPasswordFile != null) {
      return passwordIn(readBytes("signing.password-file", configuration.signingPasswordFile));
    }
    String password = environment.exactly("COSIGN_PASSWORD");
    if (password == null) return null;
    log.warn("COSIGN_PASSWORD is read: every process of this user can see it; signing.password-file is better", null);
    return password.toCharArray();
  }

  /** Without a byte order mark and one trailing newline, no more: a password may end in one. */
  private static char[] passwordIn(byte[] file) throws ConfigurationException {
    try {
      return Utf8.decode(file).replaceFirst("^\\uFEFF", "").replaceFirst("\\r?\\n\\z", "").toCharArray();
    } catch (RefusedException otherBytes) {
      throw new ConfigurationException("signing.password-file", "the file is not UTF-8 text");
    }
  }

  private static String read(String key, String uri) throws ConfigurationException {
    return new String(readBytes(key, uri), StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(String key, String uri) throws ConfigurationException {
    try {
      Path file = Paths.get(pathOf(key, uri));
      if (Files.size(file) > MAX_BYTES) throw new ConfigurationException(key, "the file is too large");
      return Files.readAllBytes(file);
    } catch (IOException | InvalidPathException unreadable) {
      throw new ConfigurationException(key, "the file cannot be read", unreadable);
    }
  }

  private static String pathOf(String key, String uri) throws ConfigurationException {
    if (uri.startsWith("/")) return uri;
    if (!uri.startsWith("file:")) throw new ConfigurationException(key, key.equals("signing.key") ? UNKNOWN_KEY : "must name a file");
    String path = uri.substring("file:".length());
    return path.startsWith("///") ? path.substring(2) : path;
  }
}
