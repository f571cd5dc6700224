package dev.makoto

import scala.collection.mutable
import scala.collection.mutable.ArrayBuffer

import dev.makoto.evidence.facts.{JobFacts, Reason, RunFacts}

import org.apache.spark.scheduler._
import org.apache.spark.sql.execution.SQLExecution
import org.apache.spark.sql.execution.ui.{SparkListenerSQLExecutionEnd, SparkListenerSQLExecutionStart}
import org.apache.spark.sql.makoto.{OutputCommitted, SparkBridge}

/**
 * Follows the application's events, one at a time, and hands facts to the worker when an execution or a job outside SQL ends.
 *
 * Nested executions are rolled up under their root. What is kept are references and numbers; a plan is read while its end event is
 * in hand, and let go.
 */
private[makoto] final class EventTracker(
    worker: EvidenceWorker,
    runFacts: (String, Option[String]) => RunFacts,
    clock: () => Long = () => System.currentTimeMillis(),
    recentlyEnded: Int = EventTracker.RecentlyEnded) {
  private val executions = mutable.HashMap.empty[Long, ExecutionRecord]
  private val rootOf = mutable.HashMap.empty[Long, Long]
  private val jobs = mutable.HashMap.empty[Int, JobRecord]
  private val stages = mutable.HashMap.empty[(Int, Int), StageRecord]
  private val shuffles = new ShuffleOrigins
  private val ownStages = mutable.HashSet.empty[Int]
  private val ended = new EndedIds(recentlyEnded)
  private val drops = new DropWatch(clock)
  private var failures = 0

  def countDroppedBy(counter: () => Long): Unit = drops.countBy(counter)

  def receive(event: SparkListenerEvent): Unit =
    Harmless("follow an event", worker.gap("internal-error", 1)) {
      drops.look()
      follow(event)
    }

  private def follow(event: SparkListenerEvent): Unit =
    event match {
      case start: SparkListenerApplicationStart => worker.start(runFacts(start.appId.getOrElse(""), start.appAttemptId))
      case start: SparkListenerSQLExecutionStart => executionStarted(start)
      case start: SparkListenerJobStart => jobStarted(start)
      case submitted: SparkListenerStageSubmitted => stageSubmitted(submitted)
      case end: SparkListenerTaskEnd => stages.get((end.stageId, end.stageAttemptId)).foreach(_.taskEnded(end))
      case completed: SparkListenerStageCompleted => stageCompleted(completed)
      case end: SparkListenerJobEnd => jobEnded(end)
      case committed: OutputCommitted => outputCommitted(committed)
      case end: SparkListenerSQLExecutionEnd => executionEnded(end)
      case end: SparkListenerApplicationEnd => applicationEnded(end)
      case _ =>
    }

  private def executionStarted(start: SparkListenerSQLExecutionStart): Unit = {
    val root = start.rootExecutionId.filter(mayRun).filterNot(mayHaveEndedUnseen).getOrElse(start.executionId)
    join(start.executionId, recordOf(root, start.time, startSeen = root == start.executionId))
  }

  private def recordOf(root: Long, time: Long, startSeen: Boolean): ExecutionRecord =
    executions.getOrElseUpdate(root, new ExecutionRecord(root, time, startSeen))

  private def join(execution: Long, record: ExecutionRecord): Unit = {
    rootOf(execution) = record.rootId
    record.members += execution
  }

  /** False where it has ended for certain. A thread that was born in an execution names it for good, in weeks yet. */
  private def mayRun(root: Long): Boolean = executions.contains(root) || !ended.contains(root)

  /** Its end may be among the events that were dropped: a record that nothing ends must not gather all that comes. */
  private def mayHaveEndedUnseen(root: Long): Boolean =
    executions.get(root).exists(record => record.nestedEnded >= EventTracker.MostNestedUnseen && !drops.noneSince(record.startedOn))

  private def jobStarted(start: SparkListenerJobStart): Unit = {
    val properties = Option(start.properties)
    def property(key: String): Option[String] = properties.flatMap(set => Option(set.getProperty(key)))
    if (property(SparkSettings.OwnJob).isDefined) ownStages ++= start.stageInfos.map(_.stageId)
    else {
      shuffles.planned(start.stageInfos)
      val execution = property(SQLExecution.EXECUTION_ID_KEY).map(_.toLong)
      // What names an execution that has ended stands for itself.
      val root = execution.map(id => rootOf.getOrElse(id, property(EventTracker.RootIdKey).map(_.toLong).getOrElse(id))).filter(mayRun)
      for (id <- execution; known <- root) {
        val record = recordOf(known, start.time, startSeen = false)
        join(id, record)
        record.jobs += 1
      }
      jobs(start.jobId) =
        new JobRecord(start.jobId, root, property(EventTracker.GroupKey), start.time, start.stageInfos.map(_.stageId).toSet)
    }
  }

  private def stageSubmitted(submitted: SparkListenerStageSubmitted): Unit = {
    val info = submitted.stageInfo
    val users = jobs.values.filter(_.stageIds.contains(info.stageId)).toSeq.sortBy(_.jobId)
    if (!ownStages.contains(info.stageId)) users.headOption.foreach { first =>
      val record = new StageRecord(info, info.parentIds.map(shuffles.madeBy), users.map(_.jobId))
      shuffles.submitted(info)
      stages((info.stageId, info.attemptNumber())) = record
      first.root.flatMap(executions.get).map(_.stages).getOrElse(first.stages) += record
    }
  }

  private def stageCompleted(completed: SparkListenerStageCompleted): Unit = {
    ownStages -= completed.stageInfo.stageId
    stages.get((completed.stageInfo.stageId, completed.stageInfo.attemptNumber())).foreach(_.completed(completed.stageInfo))
  }

  private def jobEnded(end: SparkListenerJobEnd): Unit =
    jobs.remove(end.jobId).foreach(state(_, end.time, failed = end.jobResult != JobSucceeded))

  private def state(job: JobRecord, time: Long, failed: Boolean): Unit = {
    if (job.root.isEmpty && failed) failures += 1
    // Stages that it began when its execution had ended are stated with nothing else.
    if (job.root.isEmpty || job.stages.nonEmpty) worker.job(job.facts(time, failed))
    forget(job.stages)
  }

  private def outputCommitted(committed: OutputCommitted): Unit =
    committed.executionId.flatMap(id => executions.get(rootOf.getOrElse(id, id))) match {
      case Some(record) => record.commits += committed.output
      case None => worker.gap(Reason.OUTPUT_DIGEST_MISSING.word, 1)
    }

  private def executionEnded(end: SparkListenerSQLExecutionEnd): Unit = {
    val root = rootOf.remove(end.executionId).getOrElse(end.executionId)
    val failed = end.errorMessage.exists(_.nonEmpty)
    executions.get(root).foreach { record =>
      record.members -= end.executionId
      // The plan of an execution that failed before its first job may never have been made; asking would make it here.
      val plan = Option(SparkBridge.queryExecution(end)).filter(_ => !failed || record.jobs > 0)
      plan.foreach(query => record.plans += PlanReader.read(query))
      if (end.executionId == root) finish(record, end.time, failed) else record.nestedEnded += 1
    }
  }

  private def finish(record: ExecutionRecord, time: Long, failed: Boolean): Unit = {
    executions.remove(record.rootId)
    record.members.foreach(rootOf.remove)
    ended.add(record.rootId)
    forget(record.stages)
    if (failed) failures += 1
    val lossless = record.startSeen && drops.noneSince(record.startedOn)
    val facts = record.facts(time, failed, lossless)
    val writes = if (failed) Nil else WriteReader.read(record.plans.toSeq, record.commits.toSeq, record.startedOn, time, lossless)
    writes.foreach(write => facts.writes.add(write.facts))
    // A failed execution claims no output, but what its inner writes had committed lies there.
    if (failed && record.commits.nonEmpty) worker.gap(Reason.OUTPUT_DIGEST_MISSING.word, record.commits.size)
    if (!failed) record.plans.flatMap(_.unnamedOutputs).foreach(reason => worker.gap(reason.word, 1))
    worker.execution(facts, files => writes.foreach(_.listCommitted(files)))
  }

  private def applicationEnded(end: SparkListenerApplicationEnd): Unit = {
    executions.values.toSeq.sortBy(_.rootId).foreach(finish(_, end.time, failed = true))
    jobs.values.toSeq.sortBy(_.jobId).foreach(state(_, end.time, failed = true))
    worker.finish(if (failures == 0) "succeeded" else "failed", drops.total)
  }

  /** What is kept for what may still run. */
  def held: Int = executions.size + rootOf.size + jobs.size + stages.size

  private def forget(records: Iterable[StageRecord]): Unit =
    records.foreach(record => stages.remove((record.facts.stageId, record.facts.attempt)))
}

private[makoto] object EventTracker {
  val RootIdKey = "spark.sql.execution.root.id"
  private val GroupKey = "spark.jobGroup.id"
  private[makoto] val RecentlyEnded = 10000
  private[makoto] val MostNestedUnseen = 100
}

/** Ids that were added. They rise, so that of the older ones only the highest is kept: each below it counts as added. */
private[makoto] final class EndedIds(capacity: Int) {
  private val newest = mutable.LinkedHashSet.empty[Long]
  private var highestOfOlder = -1L

  def add(id: Long): Unit = {
    newest += id
    if (newest.size > capacity) {
      highestOfOlder = math.max(highestOfOlder, newest.head)
      newest -= newest.head
    }
  }

  def contains(id: Long): Boolean = id <= highestOfOlder || newest.contains(id)
}

/** A job while it runs. */
private[makoto] final class JobRecord(
    val jobId: Int,
    val root: Option[Long],
    group: Option[String],
    startedOn: Long,
    val stageIds: Set[Int]) {
  /** Of a job outside SQL, or after the end of its execution; those of others belong to that. */
  val stages = ArrayBuffer.empty[StageRecord]

  def facts(finishedOn: Long, failed: Boolean): JobFacts = {
    val facts = new JobFacts(jobId)
    facts.group = group.orNull
    facts.failed = failed
    facts.startedOn = startedOn
    facts.finishedOn = finishedOn
    stages.foreach(stage => facts.stages.add(stage.facts))
    facts
  }
}
