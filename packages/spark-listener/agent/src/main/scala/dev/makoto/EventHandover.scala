package dev.makoto

import java.util.{Collections, IdentityHashMap}

import scala.collection.mutable.ArrayBuffer

import org.apache.spark.scheduler.{SparkListenerApplicationEnd, SparkListenerEvent}

/**
 * Moves from Spark's shared queue to our own without losing an event or seeing one twice.
 *
 * Our queue can be opened only when the context stands, and then events come through both, each queue at its own pace, in one
 * order, as the same objects. Whichever queue is behind when ours speaks for the first time decides where the seam lies.
 */
private[makoto] final class EventHandover(deliver: SparkListenerEvent => Unit, capacity: Int) {
  private var opening = false
  /** Set under the lock and never unset; read without it, for the shared queue carries the user's listeners as well. */
  @volatile private var over = false
  /** What the shared queue delivered since our own was being opened. */
  private val delivered = Collections.newSetFromMap(new IdentityHashMap[SparkListenerEvent, java.lang.Boolean])
  /** What our own queue brought while the shared one was behind. */
  private val waiting = ArrayBuffer.empty[SparkListenerEvent]
  private val isWaiting = Collections.newSetFromMap(new IdentityHashMap[SparkListenerEvent, java.lang.Boolean])
  private var dropsOfShared: () => Long = () => 0L
  private var droppedBefore = 0L

  /** To be called before our own queue is opened. */
  def open(): Unit = synchronized { opening = true }

  /** What the shared queue throws away is lost to us for as long as we live on it. */
  def countDroppedBy(shared: () => Long): Unit = synchronized { dropsOfShared = shared }

  /** Events that the shared queue threw away before our own took over. */
  def dropped: Long = synchronized { if (over) droppedBefore else dropsOfShared() }

  /** Our own queue was opened before the first event: the shared one is not needed. */
  def ownOnly(): Unit = synchronized { over = true }

  /** Our own queue could not be opened: the shared one remains. */
  def giveUp(): Unit = synchronized {
    opening = false
    delivered.clear()
  }

  def fromShared(event: SparkListenerEvent): Unit = if (!over) synchronized {
    if (!over) {
      // Not always the first that waits: the shared queue may have thrown that one away.
      if (isWaiting.contains(event)) takeOver().foreach(deliver)
      else {
        if (opening) delivered.add(event)
        deliver(event)
      }
    }
  }

  /** Delivers without the lock: reading a plan takes its time, and the shared queue must not wait for it. */
  def fromOwn(event: SparkListenerEvent): Unit = due(event).foreach(deliver)

  /** What our own queue is to deliver now that it brought `event`. */
  private def due(event: SparkListenerEvent): Seq[SparkListenerEvent] = synchronized {
    if (over) {
      if (!delivered.isEmpty && delivered.remove(event)) Nil
      else {
        delivered.clear()
        Seq(event)
      }
    } else if (waiting.isEmpty && delivered.contains(event)) {
      end()
      delivered.remove(event)
      Nil
    } else {
      waiting += event
      isWaiting.add(event)
      if (waiting.size >= capacity || event.isInstanceOf[SparkListenerApplicationEnd]) takeOver() else Nil
    }
  }

  /** Ends the handover. @return what had waited for it, in order */
  private def takeOver(): Seq[SparkListenerEvent] = {
    end()
    val ready = waiting.toList
    delivered.clear()
    waiting.clear()
    isWaiting.clear()
    ready
  }

  private def end(): Unit = {
    droppedBefore = dropsOfShared()
    over = true
  }
}
