package dev.makoto

import java.util.{LinkedHashMap => JLinkedHashMap, Map => JMap}

import org.apache.spark.scheduler.StageInfo
import org.apache.spark.sql.makoto.SparkBridge

/**
 * Which stage made the rows of a shuffle. A later job that reads the same shuffle gets a stage of another number for it, which is then
 * skipped: adaptive execution runs each exchange as a job of its own, so this is the common case.
 */
private[makoto] final class ShuffleOrigins {
  private val shuffleOf = ShuffleOrigins.recent()
  private val makerOf = ShuffleOrigins.recent()

  /** Remembers the stages of a job, skipped ones included. */
  def planned(stages: Iterable[StageInfo]): Unit =
    stages.foreach(stage => SparkBridge.shuffleOf(stage).foreach(shuffle => shuffleOf.put(stage.stageId, shuffle)))

  def submitted(stage: StageInfo): Unit = SparkBridge.shuffleOf(stage).foreach(shuffle => makerOf.put(shuffle, stage.stageId))

  /** The stage itself where it ran, or where nobody knows better. */
  def madeBy(stageId: Int): Int =
    Option(shuffleOf.get(stageId)).flatMap(shuffle => Option(makerOf.get(shuffle))).map(_.intValue).getOrElse(stageId)
}

private[makoto] object ShuffleOrigins {
  private val Remembered = 10000

  /** Long applications have many stages, and read the shuffles of recent ones. */
  private def recent(): JLinkedHashMap[Integer, Integer] = new JLinkedHashMap[Integer, Integer] {
    override def removeEldestEntry(eldest: JMap.Entry[Integer, Integer]): Boolean = size > Remembered
  }
}
