package dev.makoto.evidence.digest;

import java.security.MessageDigest;
import java.util.List;

/** The tree head of RFC 6962 §2.1. */
public final class MerkleTree {
  private MerkleTree() {}

  public static byte[] rootOf(List<byte[]> leaves) {
    if (leaves.isEmpty()) return Sha256.of(new byte[0]);
    return headOf(leaves, 0, leaves.size(), Sha256.start());
  }

  private static byte[] headOf(List<byte[]> leaves, int from, int to, MessageDigest digest) {
    if (to - from == 1) {
      digest.update((byte) 0);
      return digest.digest(leaves.get(from));
    }
    // The left subtree holds the largest power of two of leaves that is smaller than all of them.
    int split = from + Integer.highestOneBit(to - from - 1);
    byte[] left = headOf(leaves, from, split, digest);
    byte[] right = headOf(leaves, split, to, digest);
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }
}
