package org.apache.spark.sql.makoto

import dev.makoto.CommittedOutput

import org.apache.spark.scheduler.SparkListenerEvent

/**
 * Tells the agent's listener, in the order of all other events, what a commit protocol has just committed.
 *
 * @param executionId the SQL execution that wrote; none for a write outside SQL
 */
final class OutputCommitted(val executionId: Option[Long], val output: CommittedOutput) extends SparkListenerEvent {
  /** Stays out of the event log, whose readers don't know this class. */
  override protected[spark] def logEvent: Boolean = false
}
