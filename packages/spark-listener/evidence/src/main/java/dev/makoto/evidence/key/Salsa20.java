package dev.makoto.evidence.key;

/** The permutation under Salsa20. @see "Bernstein, The Salsa20 family of stream ciphers; RFC 7914 §3" */
final class Salsa20 {
  /** For every quarter round the words that it works on: first the columns, then the rows. */
  private static final int[][] QUARTERS = {
    {0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11}, {0, 1, 2, 3}, {5, 6, 7, 4}, {10, 11, 8, 9}, {15, 12, 13, 14}
  };

  private Salsa20() {}

  static void permute(int[] x, int rounds) {
    for (int round = 0; round < rounds; round += 2) {
      for (int[] q : QUARTERS) {
        x[q[1]] ^= Integer.rotateLeft(x[q[0]] + x[q[3]], 7);
        x[q[2]] ^= Integer.rotateLeft(x[q[1]] + x[q[0]], 9);
        x[q[3]] ^= Integer.rotateLeft(x[q[2]] + x[q[1]], 13);
        x[q[0]] ^= Integer.rotateLeft(x[q[3]] + x[q[2]], 18);
      }
    }
  }
}
