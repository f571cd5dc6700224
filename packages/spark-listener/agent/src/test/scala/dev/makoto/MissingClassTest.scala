package dev.makoto

import java.lang.reflect.InvocationTargetException

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertThrows, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.{SparkConf, SparkException, SparkFirehoseListener}
import org.apache.spark.scheduler.{SparkListenerStageSubmitted, StageInfo}

/** Whichever class of the agent can't be loaded, the application starts, and is told of nothing that would fail it later. */
@DisplayNameGeneration(classOf[InWords])
class MissingClassTest {
  private val Extensions = "spark.sql.extensions"
  private val Protocol = "spark.sql.sources.commitProtocolClass"
  private val entry = "dev.makoto.AttestationListener"
  private lazy val classes = AgentCopy.classesOf(ClusterTest.agentJar())
  private lazy val holes = classes.keys.filterNot(_ == entry).toSeq.sorted

  private def listen(without: String, conf: SparkConf): SparkFirehoseListener = {
    val loaded = Class.forName(entry, true, new AgentCopy(classes, without))
    try loaded.getConstructor(classOf[SparkConf]).newInstance(conf).asInstanceOf[SparkFirehoseListener]
    catch { case thrown: InvocationTargetException => throw thrown.getCause }
  }

  @Test
  def `the listener is made and follows, and what it leaves in the configuration can be loaded`(): Unit = {
    val lake = new Lake("holes")
    holes.foreach { hole =>
      val conf = lake.attested.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
        .set(Extensions, "users.Extension").set(Protocol, classOf[MakotoCommitProtocol].getName)
      val listener = listen(hole, conf)
      listener.onEvent(SparkListenerStageSubmitted(new StageInfo(0, 0, "", 1, Nil, Nil, "", resourceProfileId = 0)))
      assertTrue(conf.get(Extensions).startsWith("users.Extension"), hole)
      val ours = (conf.get(Extensions).split(',') ++ conf.getOption(Protocol)).filter(_.startsWith("dev.makoto."))
      if (ours.isEmpty) assertEquals(Nil, conf.getAll.toSeq.filter(_._1.startsWith("spark.makoto.internal.")), hole)
      ours.foreach(name => Class.forName(name, true, listener.getClass.getClassLoader))
    }
    assertTrue(holes.size > 200)
  }

  @Test
  def `an application that is not to run unattested does not start`(): Unit = {
    val lake = new Lake("strict-holes")
    val broken = lake.attested + ("spark.makoto.signing.key" -> "file:/no/such/key.pem") + ("spark.makoto.on-failure" -> "fail")
    val settings = broken + ("spark.makoto.level" -> "seven")
    holes.foreach { hole =>
      val conf = settings.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
      val refused = assertThrows(classOf[SparkException], () => listen(hole, conf): Unit, hole)
      assertTrue(refused.getMessage.startsWith("Makoto can't attest this application: "), hole)
      assertFalse(conf.contains(Protocol), hole)
    }
  }
}
