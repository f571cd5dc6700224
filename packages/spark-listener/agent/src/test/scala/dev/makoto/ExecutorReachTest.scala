package dev.makoto

import java.nio.file.Files

import org.junit.jupiter.api.Assertions.{assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

/** A commit protocol that an executor can't load would fail the job: in doubt the answer is no. */
@DisplayNameGeneration(classOf[InWords])
class ExecutorReachTest {
  @Test
  def `a name on the executors' class path is not enough`(): Unit = {
    val root = new Lake("reach").root
    val jar = Files.write(root.resolve("agent.jar"), Array[Byte](1)).toFile
    val other = Files.write(Files.createDirectories(root.resolve("other")).resolve("agent.jar"), Array[Byte](2))
    assertTrue(ExecutorReach.onClassPath(jar.getPath, jar))
    assertTrue(ExecutorReach.onClassPath(s"/some/x.jar:local:$jar", jar))
    Seq("", "agent.jar", "/nowhere/agent.jar", other.toString, root.toString).foreach { classPath =>
      assertFalse(ExecutorReach.onClassPath(classPath, jar), classPath)
    }
  }

  @Test
  def `what --jars gave to the application counts for a session of Spark Connect where its tasks inherit it`(): Unit = {
    def counts(version: String, ofSession: Boolean = true): Boolean = ExecutorReach.listsOf(ofSession, version).contains("spark.jars")
    Seq("3.5.0", "3.5.5", "3.5.5-amzn-1", "3.5", "unknown").foreach(version => assertFalse(counts(version), version))
    Seq("3.5.6", "3.5.10.vendor", "4.0.0", "4.1.3").foreach(version => assertTrue(counts(version), version))
    assertTrue(counts("3.5.0", ofSession = false))
    assertTrue(ExecutorReach.listsOf(ofSession = true, "3.5.0").contains("spark.yarn.dist.jars"))
  }
}
