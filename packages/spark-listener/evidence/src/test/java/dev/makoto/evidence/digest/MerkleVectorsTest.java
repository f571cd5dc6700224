package dev.makoto.evidence.digest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.makoto.evidence.Repository;
import dev.makoto.evidence.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** RFC 6962, from the vectors that all languages run. */
class MerkleVectorsTest {
  @TestFactory
  Stream<DynamicTest> findsHeadsAndPaths() throws IOException {
    JsonObject fixture = Repository.fixtureObject("merkle.json");
    List<byte[]> leaves = decode(fixture.list("leaves"));
    return Repository.rows(fixture.list("trees")).stream().map(tree -> DynamicTest.dynamicTest(tree.get("size") + " leaves", () -> {
      List<byte[]> first = leaves.subList(0, ((Long) tree.get("size")).intValue());
      assertEquals(tree.string("root"), Hex.encode(MerkleTree.rootOf(first)));
      List<?> proofs = tree.list("proofs");
      assertEquals(first.size(), proofs.size());
      for (int i = 0; i < proofs.size(); i++) {
        List<byte[]> proof = decode((List<?>) proofs.get(i));
        assertArrayEquals(proof.toArray(), MerkleTree.proofsOf(first).get(i).toArray());
        assertEquals(tree.string("root"), Hex.encode(MerkleTree.rootFrom(first.get(i), i, first.size(), proof)));
      }
    }));
  }

  @Test
  void refusesAPathOfAnotherLengthAndAnotherPlace() {
    List<byte[]> leaves = Arrays.asList(new byte[] {1}, new byte[] {2}, new byte[] {3});
    byte[] root = MerkleTree.rootOf(leaves);
    List<byte[]> proof = MerkleTree.proofsOf(leaves).get(1);
    List<byte[]> longer = new ArrayList<>(proof);
    longer.add(new byte[32]);
    assertNull(MerkleTree.rootFrom(leaves.get(1), 1, 3, longer));
    assertNull(MerkleTree.rootFrom(leaves.get(1), 1, 3, proof.subList(0, 1)));
    assertNull(MerkleTree.rootFrom(leaves.get(1), 3, 3, proof));
    assertNull(MerkleTree.rootFrom(leaves.get(1), -1, 3, proof));
    assertFalse(Arrays.equals(root, MerkleTree.rootFrom(leaves.get(1), 0, 3, proof)));
    assertFalse(Arrays.equals(root, MerkleTree.rootFrom(leaves.get(0), 1, 3, proof)));
  }

  private static List<byte[]> decode(List<?> texts) {
    List<byte[]> bytes = new ArrayList<>();
    for (Object text : texts) bytes.add(Hex.decode((String) text));
    return bytes;
  }

  @Test
  void findsTheSameHeadForLeavesThatComeOneAtATime() {
    MerkleFrontier frontier = new MerkleFrontier();
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      assertArrayEquals(MerkleTree.rootOf(leaves), frontier.root(), i + " leaves");
      leaves.add(new byte[] {(byte) i});
      frontier.add(leaves.get(i));
    }
    assertEquals(70, frontier.size());
  }
}
