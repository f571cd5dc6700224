package dev.makoto

import scala.collection.mutable
import scala.collection.mutable.ArrayBuffer

import dev.makoto.evidence.facts.{ExecutionFacts, Reason}

/**
 * A root SQL execution while it runs, with everything that its nested executions add. Plain facts only: no plan, no session.
 *
 * @param startSeen whether its start came through; if not, `startedOn` is later than its true start
 */
private[makoto] final class ExecutionRecord(val rootId: Long, val startedOn: Long, val startSeen: Boolean) {
  val stages = ArrayBuffer.empty[StageRecord]
  val commits = ArrayBuffer.empty[CommittedOutput]
  val plans = ArrayBuffer.empty[PlanFacts]
  /** Executions that are known to belong to it, itself included, and have not ended. */
  val members = mutable.HashSet.empty[Long]
  var jobs = 0
  var nestedEnded = 0

  /** @param lossless whether no event was dropped while it ran */
  def facts(finishedOn: Long, failed: Boolean, lossless: Boolean): ExecutionFacts = {
    val facts = new ExecutionFacts(rootId.toString)
    facts.startedOn = startedOn
    facts.finishedOn = finishedOn
    facts.failed = failed
    // The root execution ends last: its plan is the one that the user asked for.
    facts.planDigest = plans.lastOption.flatMap(_.digest).orNull
    // A scan that selected no file has no RDD to be known by.
    plans.flatMap(_.scans).groupBy(scan => (scan.rddIds, scan.rootUris)).values.foreach(same => facts.scans.add(same.head))
    plans.flatMap(_.unresolved).foreach(input => facts.unresolved.add(input))
    plans.flatMap(_.reasons).foreach(reason => facts.reasons.add(reason))
    if (!lossless) facts.reasons.add(Reason.EVENTS_DROPPED)
    stages.map(_.facts).sortBy(stage => (stage.stageId, stage.attempt)).foreach(stage => facts.stages.add(stage))
    facts
  }
}
