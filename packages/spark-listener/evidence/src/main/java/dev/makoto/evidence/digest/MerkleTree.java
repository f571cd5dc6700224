package dev.makoto.evidence.digest;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Tree heads and audit paths of RFC 6962 §2.1. */
public final class MerkleTree {
  private MerkleTree() {}

  public static byte[] rootOf(List<byte[]> leaves) {
    if (leaves.isEmpty()) return Sha256.of(new byte[0]);
    return headOf(leaves, 0, leaves.size(), Sha256.start());
  }

  /** The audit path of one leaf, from the leaf upwards. */
  public static List<byte[]> proofOf(List<byte[]> leaves, int index) {
    if (index < 0 || index >= leaves.size()) throw new IndexOutOfBoundsException("leaf " + index + " of " + leaves.size());
    List<byte[]> proof = new ArrayList<byte[]>();
    prove(leaves, index, 0, leaves.size(), Sha256.start(), proof);
    return proof;
  }

  /**
   * The head of a tree of {@code size} leaves that holds this leaf at this place, if the path is right.
   *
   * @return null where the path has another length than such a tree's
   */
  public static byte[] rootFrom(byte[] leaf, long index, long size, List<byte[]> proof) {
    if (index < 0 || index >= size) return null;
    MessageDigest digest = Sha256.start();
    digest.update((byte) 0);
    byte[] head = digest.digest(leaf);
    long at = index;
    long last = size - 1;
    for (byte[] sibling : proof) {
      if (last == 0) return null;
      if (at % 2 == 1 || at == last) {
        head = inner(sibling, head, digest);
        while (at % 2 == 0 && at != 0) {
          at /= 2;
          last /= 2;
        }
      } else {
        head = inner(head, sibling, digest);
      }
      at /= 2;
      last /= 2;
    }
    return last == 0 ? head : null;
  }

  private static void prove(List<byte[]> leaves, int index, int from, int to, MessageDigest digest, List<byte[]> proof) {
    if (to - from == 1) return;
    int split = from + Integer.highestOneBit(to - from - 1);
    boolean left = index < split;
    prove(leaves, index, left ? from : split, left ? split : to, digest, proof);
    proof.add(left ? headOf(leaves, split, to, digest) : headOf(leaves, from, split, digest));
  }

  private static byte[] headOf(List<byte[]> leaves, int from, int to, MessageDigest digest) {
    if (to - from == 1) {
      digest.update((byte) 0);
      return digest.digest(leaves.get(from));
    }
    // The left subtree holds the largest power of two of leaves that is smaller than all of them.
    int split = from + Integer.highestOneBit(to - from - 1);
    byte[] left = headOf(leaves, from, split, digest);
    return inner(left, headOf(leaves, split, to, digest), digest);
  }

  private static byte[] inner(byte[] left, byte[] right, MessageDigest digest) {
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }
}
