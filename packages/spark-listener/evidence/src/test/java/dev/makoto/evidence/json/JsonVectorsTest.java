package dev.makoto.evidence.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** RFC 8785, from the vectors that all languages run. */
class JsonVectorsTest {
  private static final int MAX = 1 << 20;

  @TestFactory
  Stream<DynamicTest> writesValuesCanonically() throws IOException {
    return Repository.tests(Repository.rows(Repository.fixtureObject("jcs.json").list("values")), row -> {
      Object value = Json.parse(row.string("input").getBytes(StandardCharsets.UTF_8), MAX, 64);
      assertEquals(row.string("canonical"), new String(Json.canonicalize(value), StandardCharsets.UTF_8));
    });
  }

  @TestFactory
  Stream<DynamicTest> writesNumbersAsEcmascriptDoes() throws IOException {
    return Repository.tests(Repository.rows(Repository.fixtureObject("jcs.json").list("numbers")), row -> {
      double number = Double.longBitsToDouble(Long.parseUnsignedLong(row.string("bits"), 16));
      if (row.string("text") == null) assertThrows(IllegalArgumentException.class, () -> Json.canonicalize(number));
      else assertEquals(row.string("text"), new String(Json.canonicalize(number), StandardCharsets.UTF_8));
    });
  }

  @TestFactory
  Stream<DynamicTest> refusesWhatIsNotJson() throws IOException {
    return Repository.tests(Repository.rows(Repository.fixtureObject("jcs.json").list("refusals")), row -> {
      byte[] bytes = row.string("bytes") == null
          ? row.string("input").getBytes(StandardCharsets.UTF_8)
          : Base64.getDecoder().decode(row.string("bytes"));
      assertThrows(RefusedException.class, () -> Json.parse(bytes, MAX, 64));
    });
  }

  @Test
  void refusesMoreBytesThanAllowed() {
    assertThrows(RefusedException.class, () -> Json.parse("[1,2]".getBytes(StandardCharsets.UTF_8), 4, 64));
  }

  @Test
  void refusesToWriteAnIntegerThatReadersWouldRound() {
    assertThrows(IllegalArgumentException.class, () -> Json.canonicalize(1L << 53));
  }
}
