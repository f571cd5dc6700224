package dev.makoto.evidence.key;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;

/** NaCl's secretbox, opened: XSalsa20 with a Poly1305 tag in front. */
final class SecretBox {
  private static final int TAG = 16;
  /** "expand 32-byte k". */
  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  private static final BigInteger P1305 = BigInteger.ONE.shiftLeft(130).subtract(BigInteger.valueOf(5));
  private static final BigInteger CLAMP = new BigInteger("0ffffffc0ffffffc0ffffffc0fffffff", 16);
  private static final BigInteger MASK_128 = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

  private SecretBox() {}

  /** The plain bytes; null where the tag does not fit. */
  static byte[] open(byte[] box, byte[] nonce, byte[] key) {
    byte[] stream = keyStream(key, nonce, 32 + box.length - TAG);
    byte[] tag = tagOf(box, TAG, stream);
    if (!MessageDigest.isEqual(tag, Arrays.copyOf(box, TAG))) return null;
    byte[] plain = new byte[box.length - TAG];
    for (int i = 0; i < plain.length; i++) plain[i] = (byte) (box[TAG + i] ^ stream[32 + i]);
    return plain;
  }

  /** XSalsa20: HSalsa20 with the first 16 bytes of the nonce makes a key, Salsa20 with the other 8 the stream. */
  private static byte[] keyStream(byte[] key, byte[] nonce, int length) {
    int[] n = words(nonce);
    int[] x = state(words(key), n[0], n[1], n[2], n[3]);
    Salsa20.permute(x, 20);
    int[] subkey = {x[0], x[5], x[10], x[15], x[6], x[7], x[8], x[9]};
    ByteBuffer stream = ByteBuffer.allocate((length + 63) / 64 * 64).order(ByteOrder.LITTLE_ENDIAN);
    for (int block = 0; stream.hasRemaining(); block++) {
      int[] input = state(subkey, n[4], n[5], block, 0);
      int[] output = input.clone();
      Salsa20.permute(output, 20);
      for (int i = 0; i < 16; i++) stream.putInt(output[i] + input[i]);
    }
    return stream.array();
  }

  private static int[] state(int[] k, int a, int b, int c, int d) {
    return new int[] {
      SIGMA[0], k[0], k[1], k[2], k[3], SIGMA[1], a, b, c, d, SIGMA[2], k[4], k[5], k[6], k[7], SIGMA[3]
    };
  }

  /** Poly1305 over what follows {@code from}, its key the first 32 bytes of the stream. @see "RFC 8439 §2.5" */
  private static byte[] tagOf(byte[] message, int from, byte[] stream) {
    BigInteger r = littleEndian(stream, 0, 16, false).and(CLAMP);
    BigInteger sum = BigInteger.ZERO;
    for (int at = from; at < message.length; at += 16) {
      sum = sum.add(littleEndian(message, at, Math.min(16, message.length - at), true)).multiply(r).mod(P1305);
    }
    sum = sum.add(littleEndian(stream, 16, 16, false)).and(MASK_128);
    byte[] tag = new byte[TAG];
    for (int i = 0; i < TAG; i++) tag[i] = sum.shiftRight(8 * i).byteValue();
    return tag;
  }

  private static BigInteger littleEndian(byte[] bytes, int at, int length, boolean withTopBit) {
    byte[] big = new byte[length];
    for (int i = 0; i < length; i++) big[length - 1 - i] = bytes[at + i];
    BigInteger number = new BigInteger(1, big);
    return withTopBit ? number.setBit(8 * length) : number;
  }

  private static int[] words(byte[] bytes) {
    int[] words = new int[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }
}
