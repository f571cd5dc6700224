package dev.makoto

import java.net.{URL, URLClassLoader}

import org.junit.jupiter.api.Assertions.{assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

/** Our protocol is named to Spark only where no thread's loader that knows Spark would fail to find it, or find another copy. */
@DisplayNameGeneration(classOf[InWords])
class ThreadReachTest {
  private val everything = getClass.getClassLoader

  @Test
  def `a loader that knows Spark has to know the very class`(): Unit = {
    val sparkAlone = new ClassLoader(everything) {
      override def loadClass(name: String, resolve: Boolean): Class[_] =
        if (name.startsWith("dev.makoto.")) throw new ClassNotFoundException(name) else super.loadClass(name, resolve)
    }
    assertTrue(ThreadReach.knowsUs(Seq(everything, everything)))
    assertFalse(ThreadReach.knowsUs(Seq(sparkAlone, everything)))
    assertFalse(ThreadReach.knowsUs(Seq(everything, AgentCopy.of(ClusterTest.agentJar()))))
  }

  @Test
  def `a loader that does not know Spark never wrote anything`(): Unit =
    assertTrue(ThreadReach.knowsUs(Seq(new URLClassLoader(Array.empty[URL], null), everything)))
}
