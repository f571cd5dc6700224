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
}
