package dev.makoto

import java.nio.ByteBuffer
import java.nio.ByteOrder.LITTLE_ENDIAN
import java.security.MessageDigest

import org.junit.jupiter.api.Assertions.{assertEquals, assertNull, assertThrows, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.sql.{AnalysisException, SparkSession}

/** `makoto_hash` as FORMATS §5 defines it; the expected bytes are written out by hand. */
@DisplayNameGeneration(classOf[InWords])
class HashFunctionTest {
  private def ask(query: String): Any = {
    var answer: Any = null
    new Lake("hash").attest()(spark => answer = spark.sql(query).head().get(0))
    answer
  }

  private def sha256(parts: Array[Byte]*): String =
    MessageDigest.getInstance("SHA-256").digest(parts.flatten.toArray).map(byte => f"${byte & 0xff}%02x").mkString

  private def long(n: Long): Array[Byte] = ByteBuffer.allocate(8).order(LITTLE_ENDIAN).putLong(n).array
  private def int(n: Int): Array[Byte] = ByteBuffer.allocate(4).order(LITTLE_ENDIAN).putInt(n).array
  private def text(s: String): Array[Byte] = Present ++ int(s.getBytes("UTF-8").length) ++ s.getBytes("UTF-8")
  private val Present = Array[Byte](1)
  private val Null = Array[Byte](0)

  @Test
  def `one string is sha2 of its bytes`(): Unit = {
    val query = "SELECT array(makoto_hash(v) = sha2(v, 256), makoto_hash(cast(v AS binary)) = sha2(v, 256)) FROM VALUES ('N14228') AS t(v)"
    assertEquals(Seq(true, true), ask(query).asInstanceOf[scala.collection.Seq[Boolean]].toSeq)
    assertNull(ask("SELECT makoto_hash(cast(null AS string))"))
  }

  @Test
  def `several columns are one canonical row in the order of their names`(): Unit = {
    val rows = "VALUES (7, 'x', cast(null AS double), 1.50BD) AS t(b, a, d, c)"
    val expected = sha256(text("x"), Present, long(7), Present, int(2), Array[Byte](0, 150.toByte), Null)
    assertEquals(expected, ask(s"SELECT makoto_hash(b, a, d, c) FROM $rows"))
    assertEquals(expected, ask(s"SELECT makoto_hash(d, c, b, a) FROM $rows"))
  }

  @Test
  def `dates, numbers and nested values have one encoding each`(): Unit = {
    assertEquals(sha256(Present, long(1)), ask("SELECT makoto_hash(DATE'1970-01-02')"))
    assertEquals(sha256(Present, long(java.lang.Double.doubleToLongBits(0.5))), ask("SELECT makoto_hash(cast(0.5 AS float))"))
    assertEquals(sha256(Present, long(0x7ff8000000000000L)), ask("SELECT makoto_hash(double('NaN'))"))
    assertEquals(sha256(Present, Present), ask("SELECT makoto_hash(true)"))
    val list = int(2) ++ Present ++ long(3) ++ Null
    assertEquals(sha256(Present, int(list.length), list), ask("SELECT makoto_hash(array(3, null))"))
    val struct = text("v") ++ Present ++ long(1)
    assertEquals(sha256(Present, int(struct.length), struct), ask("SELECT makoto_hash(named_struct('n', 1, 'm', 'v'))"))
    val map = int(2) ++ text("a") ++ Present ++ long(1) ++ text("b") ++ Present ++ long(2)
    assertEquals(sha256(Present, int(map.length), map), ask("SELECT makoto_hash(map('b', 2, 'a', 1))"))
  }

  @Test
  def `what has no canonical form is refused with the reason`(): Unit = {
    def refusal(query: String): String = {
      var words = ""
      new Lake("refused").attest() { spark: SparkSession =>
        words = assertThrows(classOf[AnalysisException], () => spark.sql(query)).getMessage
      }
      words
    }
    assertTrue(refusal("SELECT makoto_hash(INTERVAL '1' DAY)").contains("not defined for the type"))
    assertTrue(refusal("SELECT makoto_hash('a', 'b')").contains("orders them by name"))
    assertTrue(refusal("SELECT makoto_hash()").contains("at least one column"))
  }
}
