package dev.makoto.evidence.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EcdsaSignatureTest {
  /** A half with a leading bit gets a zero before it, one with leading zeros loses them. */
  @Test
  void spellsJosesHalvesInDer() throws Exception {
    byte[] raw = Hex.decode("80" + "00".repeat(30) + "01" + "00".repeat(31) + "7f");
    assertArrayEquals(Hex.decode("3026" + "0221" + "0080" + "00".repeat(30) + "01" + "02017f"), EcdsaSignature.ofJose(raw));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 63, 65, 72})
  void refusesHalvesOfAnotherLength(int length) {
    assertThrows(RefusedException.class, () -> EcdsaSignature.ofJose(new byte[length]));
  }

  /** A verifier that is strict about DER would refuse it later. */
  @ParameterizedTest
  @ValueSource(strings = {"300602010102010100", "3009020101020101020101", "308106020101020101", "3003020101", "0400", "", "3006020180020101", "3006020101020100"})
  void refusesOtherSpellingsOfDer(String hex) {
    assertThrows(RefusedException.class, () -> EcdsaSignature.canonical(Hex.decode(hex)));
  }
}
