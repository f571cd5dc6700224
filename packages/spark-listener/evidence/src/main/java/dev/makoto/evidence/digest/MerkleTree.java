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

  /** The audit path of each leaf, from the leaf upwards; every head of the tree is computed once. */
  public static List<List<byte[]>> proofsOf(List<byte[]> leaves) {
    List<List<byte[]>> proofs = new ArrayList<List<byte[]>>(leaves.size());
    for (int i = 0; i < leaves.size(); i++) proofs.add(new ArrayList<byte[]>());
    if (!leaves.isEmpty()) prove(leaves, 0, leaves.size(), Sha256.start(), proofs);
    return proofs;
  }

  /**
   * The head of a tree of {@code size} leaves that holds this leaf at this place, if the path is right.
   *
   * @return null where the path has another length than such a tree's
   */
  public static byte[] rootFrom(byte[] leaf, long index, long size, List<byte[]> proof) {
    if (index < 0 || index >= size) return null;
    MessageDigest digest = Sha256.start();
    byte[] head = head(leaf, digest);
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

  private static byte[] prove(List<byte[]> leaves, int from, int to, MessageDigest digest, List<List<byte[]>> proofs) {
    if (to - from == 1) return head(leaves.get(from), digest);
    int split = splitOf(from, to);
    byte[] left = prove(leaves, from, split, digest, proofs);
    byte[] right = prove(leaves, split, to, digest, proofs);
    for (int i = from; i < to; i++) proofs.get(i).add(i < split ? right : left);
    return inner(left, right, digest);
  }

  private static byte[] headOf(List<byte[]> leaves, int from, int to, MessageDigest digest) {
    if (to - from == 1) return head(leaves.get(from), digest);
    int split = splitOf(from, to);
    byte[] left = headOf(leaves, from, split, digest);
    return inner(left, headOf(leaves, split, to, digest), digest);
  }

  /** The left subtree holds the largest power of two of leaves that is smaller than all of them. */
  private static int splitOf(int from, int to) {
    return from + Integer.highestOneBit(to - from - 1);
  }

  static byte[] head(byte[] leaf, MessageDigest digest) {
    digest.update((byte) 0);
    return digest.digest(leaf);
  }

  static byte[] inner(byte[] left, byte[] right, MessageDigest digest) {
    digest.update((byte) 1);
    digest.update(left);
    return digest.digest(right);
  }
}
