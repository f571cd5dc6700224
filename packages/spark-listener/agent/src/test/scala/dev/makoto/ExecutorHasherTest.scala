package dev.makoto

import java.nio.file.Files
import java.util.{List => JList, Map => JMap}
import java.util.concurrent.{CountDownLatch, TimeUnit}

import scala.collection.JavaConverters._
import scala.concurrent.Await
import scala.concurrent.duration._

import org.apache.hadoop.conf.Configuration
import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertTimeoutPreemptively, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}
import org.junit.jupiter.api.function.ThrowingSupplier

import dev.makoto.evidence.digest.{FileDigest, Hasher, LocalHasher}
import dev.makoto.evidence.facts.DataFile
import dev.makoto.hadoop.HadoopDataFiles

import org.apache.spark.scheduler.{SparkListener, SparkListenerJobEnd, SparkListenerJobStart}
import org.apache.spark.sql.makoto.SparkBridge

/** Hashing with the user's executors takes a part of what they can do at once, and never their place. */
@DisplayNameGeneration(classOf[InWords])
class ExecutorHasherTest {
  /** Hashes 61 files while an application with these settings runs. @return how many tasks of ours hashed; none where this JVM did */
  private def tasksOf(lake: Lake, more: (String, String)*): Option[Int] = {
    val paths = (0 until 61).map(n => Files.write(lake.root.resolve(s"file-$n"), s"content $n".getBytes("US-ASCII")))
    val files = new HadoopDataFiles(new Configuration)
    val wanted = paths.map(path => files.stat(path.toUri.toString)).asJava
    var tasks = Option.empty[Int]
    Lake.run(lake.settings ++ more) { spark =>
      val local = new CountingHasher(new LocalHasher(files))
      val hasher = new ExecutorHasher(local, worthAJob = 0L)
      hasher.attach(spark.sparkContext)
      val found = hasher.hash(wanted, Long.MaxValue).asScala
      val expected = Sha256sum.of(paths.map(path => path.getFileName.toString -> path).toMap)
      assertEquals(expected.asJava, found.map { case (uri, digest) => uri.split('/').last -> digest.sha256 }.toMap.asJava)
      assertTrue(found.values.forall(digest => digest.size >= 9))
      val jobs = spark.sparkContext.statusTracker.getJobIdsForGroup("makoto")
      assertEquals(if (jobs.isEmpty) wanted.size else 0, local.asked)
      tasks = jobs.headOption.map { id =>
        val stages = spark.sparkContext.statusTracker.getJobInfo(id).get.stageIds()
        spark.sparkContext.statusTracker.getStageInfo(stages.head).get.numTasks()
      }
    }
    tasks
  }

  @Test
  def `a parallelism of many partitions makes no more slots than there are`(): Unit = {
    assertEquals(None, tasksOf(new Lake("hash-two"), "spark.default.parallelism" -> "100"))
    assertEquals(Some(2), tasksOf(new Lake("hash-four"), "spark.master" -> "local[4]", "spark.default.parallelism" -> "100"))
  }

  @Test
  def `a serializer that refuses unregistered classes carries the digests`(): Unit =
    assertEquals(Some(2), tasksOf(new Lake("hash-kryo"), Kryo.Strict :+ ("spark.master" -> "local[4]"): _*))

  @Test
  def `behind jobs that hold all slots the worker does not wait longer than it may, and its job is taken back`(): Unit = {
    val lake = new Lake("hash-busy")
    val file = Files.write(lake.root.resolve("file"), "content".getBytes("US-ASCII"))
    val files = new HadoopDataFiles(new Configuration)
    val wanted = Seq.fill(4)(files.stat(file.toUri.toString)).asJava
    Lake.run(lake.settings + ("spark.master" -> "local[4]")) { spark =>
      val context = spark.sparkContext
      val takenBack = new CountDownLatch(1)
      context.addSparkListener(new SparkListener {
        private var ours = -1
        override def onJobStart(start: SparkListenerJobStart): Unit =
          if (start.properties.getProperty(SparkSettings.OwnJob) != null) ours = start.jobId
        override def onJobEnd(end: SparkListenerJobEnd): Unit = if (end.jobId == ours) takenBack.countDown()
      })
      val users = context.parallelize(1 to 104, 104).map(Slots.occupy).countAsync()
      try {
        Slots.occupied.await()
        val local = new CountingHasher(new LocalHasher(files))
        val hasher = new ExecutorHasher(local, worthAJob = 0L)
        hasher.attach(context)
        val hash: ThrowingSupplier[JMap[String, FileDigest]] = () => hasher.hash(wanted, System.currentTimeMillis() + 100L)
        val found = assertTimeoutPreemptively(java.time.Duration.ofMinutes(1), hash)
        assertTrue(found.isEmpty)
        assertEquals(wanted.size, local.asked)
        assertTrue(takenBack.await(1, TimeUnit.MINUTES), "while the user's job still holds all slots")
        assertFalse(users.isCompleted)
      } finally Slots.free.countDown()
      assertEquals(104L, Await.result(users, 1.minute))
    }
  }

  @Test
  def `where the time is over no job is begun`(): Unit = {
    val lake = new Lake("hash-late")
    val file = Files.write(lake.root.resolve("file"), "content".getBytes("US-ASCII"))
    val files = new HadoopDataFiles(new Configuration)
    Lake.run(lake.settings + ("spark.master" -> "local[4]")) { spark =>
      val hasher = new ExecutorHasher(new LocalHasher(files), worthAJob = 0L)
      hasher.attach(spark.sparkContext)
      assertTrue(hasher.hash(Seq.fill(4)(files.stat(file.toUri.toString)).asJava, System.currentTimeMillis() - 1L).isEmpty)
      spark.range(1).count()
      assertEquals(0, spark.sparkContext.statusTracker.getJobIdsForGroup("makoto").length)
    }
  }

  @Test
  def `half of the slots are left to the user, and where that is none the worker hashes by itself`(): Unit = {
    val onCluster = Seq((5, 0), (5, 1), (5, 2), (100, 8), (3, 8), (1, 8)).map { case (files, slots) => ExecutorHasher.tasks(files, slots, isLocal = false) }
    assertEquals(Seq(0, 0, 1, 4, 3, 1), onCluster)
    assertEquals(Seq(0, 0, 4), Seq((5, 2), (1, 8), (5, 8)).map { case (files, slots) => ExecutorHasher.tasks(files, slots, isLocal = true) })
  }
}

/** Tasks of this JVM that keep their slots until they are told. */
private object Slots {
  val occupied = new CountDownLatch(4)
  val free = new CountDownLatch(1)

  def occupy(n: Int): Int = {
    occupied.countDown()
    free.await()
    n
  }
}

private final class CountingHasher(hasher: Hasher) extends Hasher {
  var asked = 0

  override def hash(files: JList[DataFile], deadline: Long): JMap[String, FileDigest] = {
    asked += files.size
    hasher.hash(files, deadline)
  }
}
