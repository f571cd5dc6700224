package dev.makoto

import java.util.concurrent.{ConcurrentLinkedQueue, CountDownLatch}

import scala.collection.JavaConverters._
import scala.concurrent.duration._

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertTimeoutPreemptively, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}
import org.junit.jupiter.api.function.ThrowingSupplier

import dev.makoto.evidence.facts.{ExecutionFacts, ReadFile, RunFacts, ScanFacts, WriteFacts}
import dev.makoto.evidence.store.Spool

import org.apache.spark.SparkConf

/** What waits for the worker is bounded by what it weighs, and what is turned away is stated. */
@DisplayNameGeneration(classOf[InWords])
class EvidenceWorkerTest {
  private def reading(id: String, files: Int): ExecutionFacts = {
    val facts = new ExecutionFacts(id)
    val scan = new ScanFacts
    (0 until files).foreach(n => scan.files.add(new ReadFile(s"file:/nowhere/$n", 1L, 1L)))
    facts.scans.add(scan)
    facts
  }

  private def worker(lake: Lake): EvidenceWorker = {
    val conf = lake.attested.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
    new EvidenceWorker(new RunOpening(conf, SparkSettings.configuration(conf)), 60000L, mostFiles = 10L)
  }

  @Test
  def `executions that read many files do not pile up in memory while the worker is busy`(): Unit = {
    val lake = new Lake("many-files")
    val worker = this.worker(lake)
    val inHand, busy, done = new CountDownLatch(1)
    worker.start(new RunFacts("app-1", "1"))
    worker.execution(reading("0", files = 6), _ => { inHand.countDown(); busy.await() })
    inHand.await()
    worker.execution(reading("1", files = 3), _ => ())
    worker.execution(reading("2", files = 2), _ => ())
    worker.execution(reading("3", files = 1), _ => ())
    worker.execution(reading("4", files = 0), _ => done.countDown())
    busy.countDown()
    done.await()
    worker.execution(reading("5", files = 6), _ => ())
    worker.finish("succeeded", 0L)
    val statements = Statements.in(lake.sink)
    assertEquals(5, statements.seal.at("/executions/succeeded").asInt)
    assertEquals(1, statements.seal.get("droppedEvents").asInt)
  }

  @Test
  def `what waited for a run that cannot be opened is held no longer`(): Unit = {
    val lake = new Lake("given-up")
    val conf = (lake.attested ++ Map("spark.makoto.dbom.sink" -> "nowhere://lake/attestations", "spark.makoto.on-failure" -> "fail"))
      .foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
    val opening = new RunOpening(conf, SparkSettings.configuration(conf))
    val worker = new EvidenceWorker(opening, 60000L)
    (1 to 3).foreach { n =>
      val facts = reading(n.toString, files = 1)
      facts.writes.add(new WriteFacts)
      worker.execution(facts, _ => ())
    }
    assertFalse(opening.waiting.isEmpty)
    assertTrue(worker.start(new RunFacts("app-1", "1")).isDefined)
    worker.finish("succeeded", 0L)
    assertTrue(opening.waiting.isEmpty)
  }

  @Test
  def `what earlier runs left is put beside an application, which neither waits for it nor comes after it`(): Unit =
    assertEquals(Seq("0", "1", "2", "execution", "3", "4"), orderBesideLeftovers(new Lake("leftovers"), headStart = Duration.Zero))

  @Test
  def `what earlier runs left is known to the first execution where it takes but a moment`(): Unit =
    assertEquals(Seq("0", "1", "2", "3", "4", "execution"), orderBesideLeftovers(new Lake("head-start"), headStart = 1.hour))

  private def orderBesideLeftovers(lake: Lake, headStart: FiniteDuration): Seq[String] = {
    val settings = lake.attested ++ GatedFileSystem.settings ++ Map(
      "spark.makoto.dbom.sink" -> s"gated:${lake.sink}",
      "spark.makoto.spool.dir" -> lake.path("spool"),
      "spark.makoto.on-failure" -> "fail")
    val conf = settings.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
    val dead = Spool.open(lake.root.resolve("spool"), s"gated:${lake.sink}", "dead")
    (0 until 5).foreach(n => dead.add(s"left/$n", Array[Byte](1)))
    dead.close()
    val reached, open = new CountDownLatch(1)
    val order = new ConcurrentLinkedQueue[String]
    GatedFileSystem.gate = path => {
      if (path.contains("/left/")) order.add(path.split('/').last)
      if (path.endsWith("/left/2")) {
        reached.countDown()
        open.await()
      }
    }
    val worker = new EvidenceWorker(new RunOpening(conf, SparkSettings.configuration(conf)), 60000L, headStart = headStart)
    try {
      val start: ThrowingSupplier[Option[Throwable]] = () => worker.start(new RunFacts("app-1", "1"))
      assertEquals(None, assertTimeoutPreemptively(java.time.Duration.ofMinutes(1), start))
      reached.await()
      worker.execution(reading("0", files = 0), _ => order.add("execution"))
    } finally open.countDown()
    worker.finish("succeeded", 0L)
    assertEquals(1, Statements.in(lake.sink).seal.at("/executions/succeeded").asInt)
    order.asScala.toList
  }

  @Test
  def `one execution is taken whatever its size, beside another that the worker has in hand`(): Unit = {
    val lake = new Lake("large-files")
    val worker = this.worker(lake)
    val inHand, busy = new CountDownLatch(1)
    worker.start(new RunFacts("app-1", "1"))
    worker.execution(reading("0", files = 20), _ => { inHand.countDown(); busy.await() })
    inHand.await()
    worker.execution(reading("1", files = 20), _ => ())
    worker.execution(reading("2", files = 20), _ => ())
    busy.countDown()
    worker.finish("succeeded", 0L)
    val statements = Statements.in(lake.sink)
    assertEquals(2, statements.seal.at("/executions/succeeded").asInt)
    assertEquals(1, statements.seal.get("droppedEvents").asInt)
  }
}
