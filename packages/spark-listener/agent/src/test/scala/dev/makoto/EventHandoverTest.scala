package dev.makoto

import java.time.Duration
import java.util.concurrent.CountDownLatch

import scala.collection.mutable.ArrayBuffer

import org.junit.jupiter.api.Assertions.{assertEquals, assertTimeoutPreemptively}
import org.junit.jupiter.api.function.Executable
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.scheduler.{SparkListenerApplicationEnd, SparkListenerEvent, SparkListenerUnpersistRDD}

/** Between Spark's shared queue and our own each event is delivered once and in order, whichever queue is ahead. */
@DisplayNameGeneration(classOf[InWords])
class EventHandoverTest {
  private val events: IndexedSeq[SparkListenerEvent] =
    (0 until 10).map(n => SparkListenerUnpersistRDD(n))
  private val delivered = ArrayBuffer.empty[SparkListenerEvent]
  private val handover = new EventHandover(delivered += _, capacity = 5)

  private def assertAllOnce(): Unit = assertEquals(events, delivered.toIndexedSeq)

  @Test
  def `the shared queue is ahead`(): Unit = {
    events.take(3).foreach(handover.fromShared)
    handover.open()
    events.slice(3, 8).foreach(handover.fromShared)
    events.slice(4, 10).foreach(handover.fromOwn)
    events.drop(8).foreach(handover.fromShared)
    assertAllOnce()
  }

  @Test
  def `our own queue is ahead`(): Unit = {
    events.take(2).foreach(handover.fromShared)
    handover.open()
    events.slice(5, 8).foreach(handover.fromOwn)
    events.drop(2).foreach(handover.fromShared)
    events.drop(8).foreach(handover.fromOwn)
    assertAllOnce()
  }

  @Test
  def `our own queue stands before the first event`(): Unit = {
    handover.ownOnly()
    events.foreach(handover.fromOwn)
    assertAllOnce()
  }

  @Test
  def `our own queue can't be opened`(): Unit = {
    handover.open()
    handover.giveUp()
    events.foreach(handover.fromShared)
    assertAllOnce()
  }

  @Test
  def `the shared queue throws away the event that ours begins with`(): Unit = {
    events.take(2).foreach(handover.fromShared)
    handover.open()
    events.slice(2, 5).foreach(handover.fromOwn)
    events.slice(4, 7).foreach(handover.fromShared)
    events.drop(5).foreach(handover.fromOwn)
    assertAllOnce()
  }

  @Test
  def `what the shared queue throws away counts until ours takes over`(): Unit = {
    var thrownAway = 3L
    handover.open()
    handover.countDroppedBy(() => thrownAway)
    handover.fromShared(events.head)
    assertEquals(3L, handover.dropped)
    thrownAway = 5
    assertEquals(5L, handover.dropped)
    handover.fromOwn(events.head)
    thrownAway = 9
    assertEquals(5L, handover.dropped)
  }

  @Test
  def `the shared queue does not wait while ours reads a plan`(): Unit = {
    val reading = new CountDownLatch(1)
    val read = new CountDownLatch(1)
    val slow = new EventHandover(event => if (event eq events(1)) { reading.countDown(); read.await() }, capacity = 5)
    slow.open()
    slow.fromShared(events.head)
    slow.fromOwn(events.head)
    val own = new Thread(() => slow.fromOwn(events(1)))
    own.start()
    reading.await()
    try assertTimeoutPreemptively(Duration.ofSeconds(60), new Executable { override def execute(): Unit = slow.fromShared(events(1)) })
    finally read.countDown()
    own.join()
  }

  @Test
  def `the shared queue falls silent and the application ends`(): Unit = {
    handover.open()
    val end = SparkListenerApplicationEnd(0L)
    handover.fromOwn(events.head)
    handover.fromOwn(end)
    assertEquals(Seq(events.head, end), delivered.toSeq)
  }
}
