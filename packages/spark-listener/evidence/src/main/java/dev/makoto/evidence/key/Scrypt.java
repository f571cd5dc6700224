package dev.makoto.evidence.key;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** RFC 7914. */
final class Scrypt {
  private Scrypt() {}

  static byte[] derive(char[] password, byte[] salt, int n, int r, int p, int length) throws GeneralSecurityException {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] secret = Arrays.copyOf(encoded.array(), encoded.limit());
    byte[] blocks = pbkdf2(secret, salt, p * 128 * r);
    for (int i = 0; i < p; i++) mix(blocks, i * 128 * r, n, r);
    return pbkdf2(secret, blocks, length);
  }

  /** One iteration of PBKDF2 with HMAC-SHA-256, over bytes: the JVM's own wants characters. @see "RFC 8018 §5.2" */
  private static byte[] pbkdf2(byte[] secret, byte[] salt, int length) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    // An empty key is a block of zeros to HMAC, but SecretKeySpec refuses it.
    mac.init(new SecretKeySpec(secret.length == 0 ? new byte[64] : secret, "HmacSHA256"));
    byte[] derived = new byte[length];
    for (int block = 1, at = 0; at < length; block++, at += 32) {
      mac.update(salt);
      byte[] part = mac.doFinal(ByteBuffer.allocate(4).putInt(block).array());
      System.arraycopy(part, 0, derived, at, Math.min(32, length - at));
    }
    return derived;
  }

  /** scryptROMix. */
  private static void mix(byte[] blocks, int at, int n, int r) {
    int words = 32 * r;
    int[] x = new int[words];
    int[] scratch = new int[words];
    ByteBuffer.wrap(blocks, at, 4 * words).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(x);
    int[][] memory = new int[n][];
    for (int i = 0; i < n; i++) {
      memory[i] = x.clone();
      mixBlock(x, scratch, r);
    }
    for (int i = 0; i < n; i++) {
      int[] chosen = memory[x[words - 16] & (n - 1)];
      for (int word = 0; word < words; word++) x[word] ^= chosen[word];
      mixBlock(x, scratch, r);
    }
    ByteBuffer.wrap(blocks, at, 4 * words).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(x);
  }

  /** scryptBlockMix with Salsa20/8. */
  private static void mixBlock(int[] block, int[] mixed, int r) {
    int[] x = Arrays.copyOfRange(block, block.length - 16, block.length);
    int[] input = new int[16];
    for (int i = 0; i < 2 * r; i++) {
      for (int word = 0; word < 16; word++) x[word] ^= block[16 * i + word];
      System.arraycopy(x, 0, input, 0, 16);
      Salsa20.permute(x, 8);
      for (int word = 0; word < 16; word++) x[word] += input[word];
      System.arraycopy(x, 0, mixed, 16 * (i / 2 + (i % 2) * r), 16);
    }
    System.arraycopy(mixed, 0, block, 0, block.length);
  }
}
