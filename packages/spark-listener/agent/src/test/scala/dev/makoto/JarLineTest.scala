package dev.makoto

import org.junit.jupiter.api.Assertions.{assertNull, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

/** A JAR runs on the Spark and the Scala that it was made for, and says so where it does not. */
@DisplayNameGeneration(classOf[InWords])
class JarLineTest {
  private val jar = new JarLine("3.5", "2.12")

  @Test
  def `it fits each release of its line, a vendor's too, and speaks against none that says nothing`(): Unit =
    Seq("3.5.0" -> "2.12.15", "3.5.1-amzn-0" -> "2.12.18", "3.5" -> "2.12", "<unknown>" -> "(unknown)").foreach { case (spark, scala) =>
      assertNull(jar.mismatch(spark, scala))
    }

  @Test
  def `it names what it is for, what runs, and what to take instead`(): Unit =
    Seq("4.1.3" -> "2.13.17", "3.5.9" -> "2.13.8", "3.50.0" -> "2.12.18", "3.4.4" -> "2.12.17").foreach { case (spark, scala) =>
      val words = jar.mismatch(spark, scala)
      val line = (version: String) => version.split('.').take(2).mkString(".")
      Seq("Spark 3.5 with Scala 2.12", s"Spark $spark with Scala $scala", s"--spark ${line(spark)} --scala ${line(scala)}").foreach { part =>
        assertTrue(words.contains(part), words)
      }
    }

  @Test
  def `the one that is tested fits where it is tested`(): Unit = assertNull(JarLine.ofThisJar().mismatchHere())
}
