package dev.makoto

import java.io.IOException
import java.util.{Collections, HashMap => JHashMap, List => JList, Map => JMap}
import java.util.concurrent.{ConcurrentHashMap, TimeoutException}

import scala.collection.JavaConverters._
import scala.concurrent.Await
import scala.concurrent.duration._

import org.slf4j.LoggerFactory

import dev.makoto.evidence.digest.{FileDigest, Hasher, Sha256}
import dev.makoto.evidence.facts.DataFile

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.Path

import org.apache.spark.{FutureAction, SparkContext, TaskContext}
import org.apache.spark.sql.makoto.SparkBridge
import org.apache.spark.util.SerializableConfiguration

/**
 * Hashes what nobody has hashed yet. Much of it is hashed by tasks of a job group of our own, where the executors know our classes;
 * little of it, and everything once the context is stopping, by this JVM.
 */
private[makoto] final class ExecutorHasher(local: Hasher, worthAJob: Long = ExecutorHasher.WorthAJob) extends Hasher {
  @volatile private var context: Option[SparkContext] = None

  def attach(context: SparkContext): Unit = this.context = Some(context)

  override def hash(files: JList[DataFile], deadline: Long): JMap[String, FileDigest] = {
    val bytes = files.asScala.map(_.size).sum
    val found = new JHashMap[String, FileDigest]
    val worth = bytes > worthAJob && System.currentTimeMillis() < deadline
    context.filter(live => worth && !live.isStopped && ExecutorReach.knowsUs(live)).foreach { live =>
      found.putAll(Harmless("hash files on the executors", Collections.emptyMap[String, FileDigest]()) {
        val tasks = ExecutorHasher.tasks(files.size, SparkBridge.slots(live), live.isLocal)
        if (tasks == 0) Collections.emptyMap[String, FileDigest]() else onExecutors(live, files, tasks, deadline)
      })
    }
    val rest = files.asScala.filterNot(file => found.containsKey(file.uri))
    if (rest.nonEmpty) found.putAll(local.hash(rest.asJava, deadline))
    found
  }

  /** Called on the worker's thread, whose local properties mark the job as ours. */
  private def onExecutors(live: SparkContext, files: JList[DataFile], tasks: Int, deadline: Long): JMap[String, FileDigest] = {
    live.setLocalProperty(SparkSettings.OwnJob, "true")
    live.setLocalProperty("spark.scheduler.pool", "makoto")
    live.setJobGroup("makoto", "Makoto: hash files", interruptOnCancel = false)
    val conf = new SerializableConfiguration(live.hadoopConfiguration)
    val uris = files.asScala.map(_.uri)
    val hashed = live.parallelize(uris.toSeq, tasks).flatMap(HashTask.digest(_, conf.value, deadline))
    val found = new ConcurrentHashMap[String, FileDigest]
    def keep(digests: Array[HashTask.Digest]): Unit = digests.foreach { case (uri, sha256, size) => found.put(uri, new FileDigest(sha256, size)) }
    val job = live.submitJob[HashTask.Digest, Array[HashTask.Digest], Unit](hashed, _.toArray, 0 until tasks, (_, digests) => keep(digests), ())
    ExecutorHasher.await(job, deadline)
    found
  }
}

private[makoto] object ExecutorHasher {
  private val log = LoggerFactory.getLogger("dev.makoto")
  private val WorthAJob = 64L << 20
  /** A task whose time is over stops at its next read, and what it had done by then is worth having. */
  private val Grace = 1000L

  /**
   * Waits for the job until the deadline. What has no slot by then, behind jobs that may take hours, is taken back, and the answers that
   * came stay.
   */
  private def await(job: FutureAction[_], deadline: Long): Unit =
    try Await.ready(job, (deadline - System.currentTimeMillis() + Grace).max(1L).min(Long.MaxValue / 1000000).millis)
    catch {
      case _: TimeoutException => log.info("Makoto takes back its job: its files were not hashed in time")
    } finally if (!job.isCompleted) job.cancel()

  /**
   * How many tasks may hash: half of the slots stay free for the user's jobs, which wait behind ours where Spark is first come, first
   * served. None where that leaves us no slot, or where one task of this JVM would do no better than the worker's own thread.
   */
  def tasks(files: Int, slots: Int, isLocal: Boolean): Int = {
    val most = math.min(files, slots / 2)
    if (isLocal && most < 2) 0 else most
  }
}

private[makoto] object HashTask {
  /** A file's name, digest and length. */
  type Digest = (String, String, Long)

  /**
   * The file's name, digest and length, in classes that Kryo knows where each has to be registered.
   *
   * @return None where the time is over or the file can't be read
   */
  def digest(uri: String, conf: Configuration, deadline: Long): Option[Digest] =
    if (isOver(deadline)) None
    else Harmless[Option[Digest]]("hash a file", None) {
      val path = new Path(uri)
      val in = path.getFileSystem(conf).open(path)
      try {
        val found = Sha256.of(HashingEnd.stopped(in, () => if (isOver(deadline)) throw new IOException("no more time to hash")))
        Some((uri, found.sha256, found.size))
      } finally in.close()
    }

  /** Also where the job was taken back: its tasks are not interrupted, for they may be in the middle of a file system's call. */
  private def isOver(deadline: Long): Boolean =
    System.currentTimeMillis() > deadline || Option(TaskContext.get).exists(_.isInterrupted())
}
