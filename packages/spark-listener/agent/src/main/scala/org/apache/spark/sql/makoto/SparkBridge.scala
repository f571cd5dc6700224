package org.apache.spark.sql.makoto

import scala.reflect.ClassTag

import org.apache.hadoop.conf.Configuration

import org.apache.spark.{JobArtifactSet, SparkConf, SparkContext}
import org.apache.spark.deploy.SparkHadoopUtil
import org.apache.spark.scheduler.{SparkListenerEvent, SparkListenerInterface, StageInfo}
import org.apache.spark.sql.execution.QueryExecution
import org.apache.spark.sql.execution.datasources.InsertIntoHadoopFsRelationCommand
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd
import org.apache.spark.sql.internal.SQLConf

/** The few doors of Spark that open only from inside its own package; everything else of ours lives in `dev.makoto`. */
object SparkBridge {
  /** The queue of listeners that were configured without one of their own. */
  val SharedQueue = "shared"

  def activeContext: Option[SparkContext] = SparkContext.getActive

  def listen(context: SparkContext, listener: SparkListenerInterface, queue: String): Unit =
    context.listenerBus.addToQueue(listener, queue)

  def isListening[T <: SparkListenerInterface: ClassTag](context: SparkContext): Boolean =
    context.listenerBus.findListenersByClass[T]().nonEmpty

  /** Events that Spark threw away because `queue` was full. */
  def droppedEvents(context: SparkContext, queue: String): () => Long = {
    val counter = context.listenerBus.metrics.metricRegistry.counter(s"queue.$queue.numDroppedEvents")
    () => counter.getCount
  }

  def post(context: SparkContext, event: SparkListenerEvent): Unit = context.listenerBus.post(event)

  /** The shuffle that the stage writes; none for a job's last stage. */
  def shuffleOf(stage: StageInfo): Option[Int] = stage.shuffleDepId

  /** Null for an event that was read from a log. */
  def queryExecution(end: SparkListenerSQLExecutionEnd): QueryExecution = end.qe

  /** How many tasks the executors of now can run at once, whatever `spark.default.parallelism` says. */
  def slots(context: SparkContext): Int = context.maxNumConcurrentTasks(context.resourceProfileManager.defaultResourceProfile)

  /** The commit protocol of this Spark where none is configured. */
  def defaultCommitProtocol: String = new SQLConf().fileCommitProtocolClass

  /** Whether it replaces the partitions that it writes into, and no others. */
  def overwritesDynamically(insert: InsertIntoHadoopFsRelationCommand): Boolean = insert.dynamicPartitionOverwrite

  /** Whether this thread's jobs run under the artifacts of one session, as those of Spark Connect's clients do. */
  def isOfSession: Boolean = JobArtifactSet.getCurrentJobArtifactState.isDefined

  def hadoopConfiguration(conf: SparkConf): Configuration = SparkHadoopUtil.get.newConfiguration(conf)
}
