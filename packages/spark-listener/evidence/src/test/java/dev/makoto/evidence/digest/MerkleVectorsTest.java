package dev.makoto.evidence.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.makoto.evidence.Repository;
import dev.makoto.evidence.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** RFC 6962, from the vectors that all languages run. */
class MerkleVectorsTest {
  @TestFactory
  Stream<DynamicTest> findsTheTreeHead() throws IOException {
    JsonObject fixture = Repository.fixtureObject("merkle.json");
    List<byte[]> leaves = new ArrayList<>();
    for (Object leaf : fixture.list("leaves")) leaves.add(Hex.decode((String) leaf));
    return Repository.rows(fixture.list("trees")).stream().map(tree -> DynamicTest.dynamicTest(tree.get("size") + " leaves", () -> {
      List<byte[]> first = leaves.subList(0, ((Long) tree.get("size")).intValue());
      assertEquals(tree.string("root"), Hex.encode(MerkleTree.rootOf(first)));
    }));
  }
}
