package dev.makoto

import java.util.concurrent.CountDownLatch

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.facts.{ExecutionFacts, ReadFile, RunFacts, ScanFacts}

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

  @Test
  def `executions that read many files do not pile up in memory while the worker is busy`(): Unit = {
    val lake = new Lake("many-files")
    val conf = lake.attested.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
    val worker = new EvidenceWorker(new RunOpening(conf, SparkSettings.configuration(conf)), 60000L, mostFiles = 10L)
    val busy, done = new CountDownLatch(1)
    worker.start(new RunFacts("app-1", "1"))
    worker.execution(reading("0", files = 20), _ => busy.await())
    worker.execution(reading("1", files = 1), _ => ())
    worker.execution(reading("2", files = 0), _ => done.countDown())
    busy.countDown()
    done.await()
    worker.execution(reading("3", files = 6), _ => ())
    worker.finish("succeeded", 0L)
    val statements = Statements.in(lake.sink)
    assertEquals(3, statements.seal.at("/executions/succeeded").asInt)
    assertEquals(1, statements.seal.get("droppedEvents").asInt)
  }
}
