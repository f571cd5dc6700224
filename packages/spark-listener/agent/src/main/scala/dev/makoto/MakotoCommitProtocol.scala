package dev.makoto

import org.apache.hadoop.fs.{FileSystem, Path}
import org.apache.hadoop.mapreduce.{JobContext, TaskAttemptContext}

import org.apache.spark.SparkEnv
import org.apache.spark.internal.io.{FileCommitProtocol, FileNameSpec}
import org.apache.spark.internal.io.FileCommitProtocol.TaskCommitMessage
import org.apache.spark.sql.execution.SQLExecution
import org.apache.spark.sql.makoto.{OutputCommitted, SparkBridge}

/**
 * Lets the configured commit protocol do its work and has the files hashed while the tasks write them.
 *
 * The digests ride in the tasks' commit messages, so that only attempts that Spark committed count. Each method first does what the
 * configured protocol does; a failure of ours changes nothing of it.
 *
 * @see FORMATS §3, `digestSource: in-stream`
 */
// Fixed: a JAR that is replaced under a running driver must not fail the tasks of executors that start after it.
@SerialVersionUID(1L)
class MakotoCommitProtocol(jobId: String, path: String, dynamicPartitionOverwrite: Boolean)
  extends FileCommitProtocol with Serializable {

  def this(jobId: String, path: String) = this(jobId, path, false)

  private val protocolName = SparkSettings.delegateProtocol(SparkEnv.get.conf, SparkBridge.defaultCommitProtocol)
  private val delegate = FileCommitProtocol.instantiate(protocolName, jobId, path, dynamicPartitionOverwrite)
  private val hashes = SparkSettings.hashesWhileWriting(SparkEnv.get.conf)

  /** Decided once a job, on the driver, on the thread that writes: the session whose tasks they will be is known to that thread only. */
  @transient private lazy val executorsKnowUs: Boolean =
    Harmless("see whether the executors know the agent", false)(SparkBridge.activeContext.exists(ExecutorReach.knowsUs))

  /** What the attempt in hand has written; one protocol object serves one attempt. */
  @transient private var outputs: TaskOutputs = _

  /** Where executors can't load this class, the delegate goes in its place. */
  private def writeReplace(): AnyRef = if (executorsKnowUs) this else delegate

  override def setupJob(job: JobContext): Unit = {
    delegate.setupJob(job)
    executorsKnowUs
  }

  override def setupTask(task: TaskAttemptContext): Unit = {
    delegate.setupTask(task)
    outputs = Harmless[TaskOutputs]("watch a task's output", null)(new TaskOutputs(path, hashes))
  }

  override def newTaskTempFile(task: TaskAttemptContext, dir: Option[String], ext: String): String =
    watched(task, delegate.newTaskTempFile(task, dir, ext), dir)

  override def newTaskTempFile(task: TaskAttemptContext, dir: Option[String], spec: FileNameSpec): String =
    watched(task, delegate.newTaskTempFile(task, dir, spec), dir)

  override def newTaskTempFileAbsPath(task: TaskAttemptContext, absoluteDir: String, ext: String): String =
    watchedAt(task, delegate.newTaskTempFileAbsPath(task, absoluteDir, ext))

  override def newTaskTempFileAbsPath(task: TaskAttemptContext, absoluteDir: String, spec: FileNameSpec): String =
    watchedAt(task, delegate.newTaskTempFileAbsPath(task, absoluteDir, spec))

  override def commitTask(task: TaskAttemptContext): TaskCommitMessage = {
    val taken = Harmless[Option[TakenOutputs]]("collect a task's digests", None) {
      Option(outputs).map(_.take(task.getConfiguration))
    }
    val message = delegate.commitTask(task)
    Harmless("send a task's digests", message) {
      taken.map(found => HashedCommit.send(message.obj, found.under(message.obj))).getOrElse(message)
    }
  }

  override def abortTask(task: TaskAttemptContext): Unit = {
    Harmless("forget an aborted task's digests", ())(Option(outputs).foreach(_.forget()))
    delegate.abortTask(task)
  }

  override def deleteWithJob(fs: FileSystem, path: Path, recursive: Boolean): Boolean =
    delegate.deleteWithJob(fs, path, recursive)

  override def onTaskCommit(message: TaskCommitMessage): Unit = delegate.onTaskCommit(HashedCommit.originalOf(message))

  override def commitJob(job: JobContext, messages: Seq[TaskCommitMessage]): Unit = {
    delegate.commitJob(job, messages.map(HashedCommit.originalOf))
    Harmless("tell what was committed", ())(tell(job, messages))
  }

  override def abortJob(job: JobContext): Unit = delegate.abortJob(job)

  private def watched(task: TaskAttemptContext, staged: String, dir: Option[String]): String =
    Harmless("hash a file as it is written", staged) {
      if (outputs == null) staged else outputs.watch(task.getConfiguration, staged, outputs.finalPath(staged, dir))
    }

  /** The final path of these stands in the delegate's commit message. */
  private def watchedAt(task: TaskAttemptContext, staged: String): String =
    Harmless("hash a file as it is written", staged) {
      if (outputs == null) staged else outputs.watch(task.getConfiguration, staged, None)
    }

  private def tell(job: JobContext, messages: Seq[TaskCommitMessage]): Unit =
    SparkBridge.activeContext.foreach { context =>
      val hashed = messages.flatMap(HashedCommit.receive(_))
      val shortfall =
        if (!executorsKnowUs) Some(Shortfall.AgentMissingOnExecutors)
        else if (!SparkSettings.keepsFileNames(protocolName)) Some(Shortfall.UnknownProtocol)
        else if (hashed.size < messages.size || !hashed.forall(_.complete)) Some(Shortfall.DigestMissing)
        else None
      val root = new Path(path)
      val qualified = root.getFileSystem(job.getConfiguration).makeQualified(root)
      val files = hashed.flatMap(_.files).map(file => file.copy(uri = qualify(file.uri, qualified)))
      val execution = Option(context.getLocalProperty(SQLExecution.EXECUTION_ID_KEY)).map(_.toLong)
      val output = CommittedOutput(qualified.toString, jobId, dynamicPartitionOverwrite, files, shortfall)
      SparkBridge.post(context, new OutputCommitted(execution, output))
    }

  private def qualify(uri: String, root: Path): String = {
    val file = new Path(uri)
    if (file.toUri.getScheme != null) uri
    else new Path(root.toUri.getScheme, root.toUri.getAuthority, file.toUri.getPath).toString
  }
}
