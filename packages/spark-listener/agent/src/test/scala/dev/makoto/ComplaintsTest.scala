package dev.makoto

import scala.collection.mutable.ArrayBuffer

import org.junit.jupiter.api.Assertions.{assertEquals, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.Log

/** What fails for each file of a job must not fill the disk that its log lies on. */
@DisplayNameGeneration(classOf[InWords])
class ComplaintsTest {
  private final class Lines extends Log {
    val traced, untraced = ArrayBuffer.empty[String]
    override def debug(message: String): Unit = ()
    override def info(message: String): Unit = ()
    override def warn(message: String, cause: Throwable): Unit = (if (cause == null) untraced else traced) += message
  }

  @Test
  def `a failure that lasts is told once with its trace, and then counted`(): Unit = {
    val lines = new Lines
    val complaints = new Complaints(lines)
    (1 to 1234).foreach(_ => complaints.add("hash a file", new NoClassDefFoundError("gone")))
    complaints.add("hash a file", new NullPointerException)
    complaints.add("read a plan", new NoClassDefFoundError("gone"))
    assertEquals(Seq("hash a file", "hash a file", "read a plan").map(what => s"Makoto could not $what; the job goes on"), lines.traced.toSeq)
    assertEquals(3, lines.untraced.size)
    Seq("10.", "100.", "1000.").zip(lines.untraced).foreach { case (count, line) => assertTrue(line.contains(s" $count time"), line) }
  }

  @Test
  def `what is kept to tell kinds apart has an end`(): Unit = {
    val lines = new Lines
    val complaints = new Complaints(lines, mostKinds = 3)
    (1 to 50).foreach(number => complaints.add(s"do thing $number", new IllegalStateException))
    assertEquals(Seq(1, 2, 3, 4), lines.traced.map(_.filter(_.isDigit).toInt).toSeq)
    assertEquals(1, lines.untraced.size)
  }
}
