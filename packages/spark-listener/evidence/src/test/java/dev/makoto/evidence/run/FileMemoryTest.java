package dev.makoto.evidence.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.makoto.evidence.digest.Sha256;
import org.junit.jupiter.api.Test;

class FileMemoryTest {
  private final FileMemory memory = new FileMemory(3);

  @Test
  void knowsADigestAsLongAsSizeAndTimeAreTheSame() {
    memory.remember("a", new FileState(1, 2, Sha256.hex("a")));
    assertEquals(Sha256.hex("a"), memory.digestOf("a", 1, 2));
    assertNull(memory.digestOf("a", 2, 2));
    assertNull(memory.digestOf("a", 1, 3));
    assertNull(memory.digestOf("b", 1, 2));
    memory.remember("a", new FileState(1, -1, Sha256.hex("a")));
    assertNull(memory.digestOf("a", 1, -1), "a time that is not known is never the same");
  }

  @Test
  void forgetsWhatWasUsedLongestAgoAndNothingElse() {
    for (String key : new String[] {"a", "b", "c"}) memory.remember(key, new FileState(1, 2, Sha256.hex(key)));
    memory.digestOf("a", 1, 2);
    memory.remember("d", new FileState(1, 2, Sha256.hex("d")));
    assertNull(memory.digestOf("b", 1, 2));
    for (String key : new String[] {"a", "c", "d"}) assertEquals(Sha256.hex(key), memory.digestOf(key, 1, 2));
  }
}
