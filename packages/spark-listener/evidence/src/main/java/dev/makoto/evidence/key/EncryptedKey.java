package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.envelope.Base64Text;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.security.GeneralSecurityException;

/**
 * cosign's encrypted private key: JSON that names scrypt and NaCl's secretbox (XSalsa20-Poly1305).
 *
 * <p>The parameters come from the file, so they are bounded before they cost anything.
 */
final class EncryptedKey {
  private static final int MAX_BYTES = 64 * 1024;
  private static final long MAX_N = 1 << 20;
  private static final long MAX_MEMORY = 256L << 20;

  private EncryptedKey() {}

  static boolean isLabel(String label) {
    return label.equals("ENCRYPTED SIGSTORE PRIVATE KEY") || label.equals("ENCRYPTED COSIGN PRIVATE KEY");
  }

  /** PKCS#8 of the key. */
  static byte[] decrypt(byte[] json, char[] password) throws RefusedException {
    JsonObject file = Json.parseObject(json, MAX_BYTES);
    JsonObject kdf = file.object("kdf");
    JsonObject cipher = file.object("cipher");
    if (!"scrypt".equals(kdf.string("name"))) throw new RefusedException("the key file's kdf is not scrypt");
    if (!"nacl/secretbox".equals(cipher.string("name"))) throw new RefusedException("the key file's cipher is not nacl/secretbox");
    int n = number(kdf.object("params"), "N");
    int r = number(kdf.object("params"), "r");
    int p = number(kdf.object("params"), "p");
    if (n < 2 || Integer.bitCount(n) != 1 || n > MAX_N || r > 64 || p > 16 || 128L * n * r > MAX_MEMORY) {
      throw new RefusedException("scrypt parameters of the key file out of bounds");
    }
    byte[] salt = bytes(kdf, "salt", 8, 64);
    byte[] nonce = bytes(cipher, "nonce", 24, 24);
    byte[] box = bytes(file, "ciphertext", 17, MAX_BYTES);
    try {
      byte[] plain = SecretBox.open(box, nonce, Scrypt.derive(password, salt, n, r, p, 32));
      if (plain != null) return plain;
    } catch (GeneralSecurityException unusable) {
      throw new RefusedException("the key file cannot be decrypted by this JVM", unusable);
    }
    throw new RefusedException("wrong password, or a damaged key file");
  }

  private static int number(JsonObject params, String name) throws RefusedException {
    Object value = params.get(name);
    if (value instanceof Long && (Long) value > 0 && (Long) value <= MAX_N) return ((Long) value).intValue();
    throw new RefusedException("scrypt parameters of the key file out of bounds");
  }

  private static byte[] bytes(JsonObject object, String name, int least, int most) throws RefusedException {
    String text = object.string(name);
    byte[] bytes = text == null ? new byte[0] : Base64Text.decode(text);
    if (bytes.length < least || bytes.length > most) throw new RefusedException("the key file's " + name + " has another length");
    return bytes;
  }
}
