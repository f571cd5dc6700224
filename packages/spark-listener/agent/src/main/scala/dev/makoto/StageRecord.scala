package dev.makoto

import scala.collection.mutable

import dev.makoto.evidence.facts.StageFacts

import org.apache.spark.{Success, TaskKilled}
import org.apache.spark.executor.TaskMetrics
import org.apache.spark.scheduler.{SparkListenerTaskEnd, StageInfo}

/**
 * One attempt of a stage while it runs. A partition counts once, by the first attempt of its task that succeeds.
 *
 * @param parents the stages that made what this one reads: a skipped parent's rows were made by an earlier stage
 */
private[makoto] final class StageRecord(info: StageInfo, parents: Seq[Int], jobs: Seq[Int]) {
  private val done = mutable.BitSet.empty

  val facts: StageFacts = {
    val facts = new StageFacts(info.stageId, info.attemptNumber())
    facts.name = info.name
    facts.tasks = info.numTasks
    facts.outcome = "failed"
    facts.submittedOn = info.submissionTime.getOrElse(0L)
    parents.distinct.sorted.foreach(id => facts.parents.add(id))
    info.rddInfos.map(_.id).sorted.foreach(id => facts.rddIds.add(id))
    jobs.sorted.foreach(id => facts.jobIds.add(id))
    facts
  }

  def taskEnded(end: SparkListenerTaskEnd): Unit = end.reason match {
    case Success =>
      if (done.add(end.taskInfo.index)) {
        facts.tasksSucceeded += 1
        Option(end.taskMetrics).foreach(count)
      }
    case _: TaskKilled =>
    case _ => facts.attemptsFailed += 1
  }

  def completed(info: StageInfo): Unit = {
    facts.submittedOn = info.submissionTime.getOrElse(facts.submittedOn)
    facts.completedOn = info.completionTime.getOrElse(facts.submittedOn)
    facts.outcome = if (info.failureReason.isEmpty) "succeeded" else "failed"
  }

  private def count(metrics: TaskMetrics): Unit = {
    facts.recordsRead += metrics.inputMetrics.recordsRead
    facts.bytesRead += metrics.inputMetrics.bytesRead
    facts.recordsWritten += metrics.outputMetrics.recordsWritten
    facts.bytesWritten += metrics.outputMetrics.bytesWritten
    facts.shuffleBytesRead += metrics.shuffleReadMetrics.totalBytesRead
    facts.shuffleBytesWritten += metrics.shuffleWriteMetrics.bytesWritten
  }
}
