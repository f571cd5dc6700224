package dev.makoto

import org.apache.spark.{SparkConf, SparkFirehoseListener}
import org.apache.spark.scheduler.SparkListenerEvent

/**
 * `spark.extraListeners=dev.makoto.AttestationListener` and the JAR: nothing else is needed to have a job attest itself.
 *
 * Spark constructs it with the application's own configuration before any session exists, which is when the commit protocol and
 * the SQL extension can still be added.
 */
class AttestationListener(conf: SparkConf) extends SparkFirehoseListener {
  private val agent = Agent.prepare(conf, onPlugin = false)

  override def onEvent(event: SparkListenerEvent): Unit = agent.foreach(_.receiveShared(event))
}
