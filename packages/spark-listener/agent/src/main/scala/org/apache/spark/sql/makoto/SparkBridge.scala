package org.apache.spark.sql.makoto

import scala.reflect.ClassTag

import org.apache.hadoop.conf.Configuration

import org.apache.spark.{SparkConf, SparkContext}
import org.apache.spark.deploy.SparkHadoopUtil
import org.apache.spark.scheduler.{SparkListenerEvent, SparkListenerInterface, StageInfo}
import org.apache.spark.sql.execution.QueryExecution
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd

/** The few doors of Spark that open only from inside its own package; everything else of ours lives in `dev.makoto`. */
object SparkBridge {
  /** The queue of listeners that were configured without one of their own. */
  val SharedQueue = "shared"

  def activeContext: Option[SparkContext] = SparkContext.getActive

  /** The configuration itself, not a copy. */
  def liveConf(context: SparkContext): SparkConf = context.conf

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

  def hadoopConfiguration(conf: SparkConf): Configuration = SparkHadoopUtil.get.newConfiguration(conf)
}
