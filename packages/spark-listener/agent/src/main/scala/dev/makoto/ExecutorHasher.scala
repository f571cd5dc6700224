package dev.makoto

import java.io.IOException
import java.util.{Collections, HashMap => JHashMap, List => JList, Map => JMap}

import scala.collection.JavaConverters._

import dev.makoto.evidence.digest.{FileDigest, Hasher, Sha256}
import dev.makoto.evidence.facts.DataFile

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path

import org.apache.spark.SparkContext
import org.apache.spark.util.SerializableConfiguration

/**
 * Hashes what nobody has hashed yet. Much of it is hashed by tasks of a job group of our own, where the executors know our classes;
 * little of it, and everything once the context is stopping, by this JVM.
 */
private[makoto] final class ExecutorHasher(local: Hasher) extends Hasher {
  @volatile private var context: Option[SparkContext] = None

  def attach(context: SparkContext): Unit = this.context = Some(context)

  override def hash(files: JList[DataFile], deadline: Long): JMap[String, FileDigest] = {
    val bytes = files.asScala.map(_.size).sum
    val found = new JHashMap[String, FileDigest]
    context.filter(live => bytes > ExecutorHasher.WorthAJob && !live.isStopped && ExecutorReach.knowsUs(live)).foreach { live =>
      found.putAll(Harmless("hash files on the executors", Collections.emptyMap[String, FileDigest]())(onExecutors(live, files, deadline)))
    }
    val rest = files.asScala.filterNot(file => found.containsKey(file.uri))
    if (rest.nonEmpty) found.putAll(local.hash(rest.asJava, deadline))
    found
  }

  /** Called on the worker's thread, whose local properties mark the job as ours. */
  private def onExecutors(live: SparkContext, files: JList[DataFile], deadline: Long): JMap[String, FileDigest] = {
    live.setLocalProperty(SparkSettings.OwnJob, "true")
    live.setLocalProperty("spark.scheduler.pool", "makoto")
    live.setJobGroup("makoto", "Makoto: hash files", interruptOnCancel = false)
    val conf = new SerializableConfiguration(live.hadoopConfiguration)
    val uris = files.asScala.map(_.uri)
    live.parallelize(uris.toSeq, ExecutorHasher.slices(uris.size, live.defaultParallelism)).flatMap(HashTask.digest(_, conf.value, deadline)).collect().toMap.asJava
  }
}

private[makoto] object ExecutorHasher {
  private val WorthAJob = 64L << 20

  /** Half of the slots stay free for the user's jobs. */
  def slices(files: Int, parallelism: Int): Int = math.max(1, math.min(files, parallelism / 2))
}

private[makoto] object HashTask {
  /** None where the time is over or the file can't be read. */
  def digest(uri: String, conf: Configuration, deadline: Long): Option[(String, FileDigest)] =
    if (System.currentTimeMillis() > deadline) None
    else Harmless[Option[(String, FileDigest)]]("hash a file", None) {
      val path = new Path(uri)
      val in = path.getFileSystem(conf).open(path)
      try Some(uri -> Sha256.of(HashingEnd.stopped(in, () => check(deadline))))
      finally in.close()
    }

  private def check(deadline: Long): Unit = if (System.currentTimeMillis() > deadline) throw new IOException("no more time to hash")
}
