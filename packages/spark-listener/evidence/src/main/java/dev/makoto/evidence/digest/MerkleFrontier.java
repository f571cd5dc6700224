package dev.makoto.evidence.digest;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** The tree head of leaves that come one at a time: the heads of full subtrees only, one for each bit of the number of leaves. */
public final class MerkleFrontier {
  /** From the largest subtree, the oldest leaves, to the smallest. */
  private final List<byte[]> heads = new ArrayList<byte[]>();
  private final MessageDigest digest = Sha256.start();
  private long size;

  public void add(byte[] leaf) {
    byte[] head = MerkleTree.head(leaf, digest);
    for (long full = size; full % 2 == 1; full /= 2) head = MerkleTree.inner(heads.remove(heads.size() - 1), head, digest);
    heads.add(head);
    size++;
  }

  public long size() {
    return size;
  }

  public byte[] root() {
    if (heads.isEmpty()) return Sha256.of(new byte[0]);
    byte[] root = heads.get(heads.size() - 1);
    for (int i = heads.size() - 2; i >= 0; i--) root = MerkleTree.inner(heads.get(i), root, digest);
    return root;
  }
}
