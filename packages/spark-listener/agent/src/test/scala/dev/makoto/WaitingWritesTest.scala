package dev.makoto

import java.nio.file.Files
import java.util.concurrent.CountDownLatch

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.digest.Sha256
import dev.makoto.evidence.facts.{DigestSource, ExecutionFacts, ReadFile, RunFacts, ScanFacts, UnresolvedInput, WriteFacts, WrittenFile}

import org.apache.spark.SparkConf

/** The worker comes to an execution when others have written since, perhaps over what it has read. */
@DisplayNameGeneration(classOf[InWords])
class WaitingWritesTest {
  private val lake = new Lake("waiting-writes")

  /** Writes a dataset of one file, whose name is always the same. */
  private def writing(facts: ExecutionFacts, dataset: String, content: String): ExecutionFacts = {
    val file = lake.root.resolve(dataset).resolve("part-0")
    Files.createDirectories(file.getParent)
    Files.write(file, content.getBytes("UTF-8"))
    val write = new WriteFacts
    write.rootUri = lake.root.resolve(dataset).toUri.toString
    write.files.add(new WrittenFile(file.toUri.toString, Sha256.hex(content), content.length, DigestSource.IN_STREAM))
    facts.writes.add(write)
    facts.finishedOn = System.currentTimeMillis()
    facts
  }

  private def begun(id: String): ExecutionFacts = {
    val facts = new ExecutionFacts(id)
    facts.startedOn = System.currentTimeMillis()
    facts
  }

  private def generating(id: String): ExecutionFacts = {
    val facts = begun(id)
    facts.unresolved.add(new UnresolvedInput("range", "generated"))
    facts
  }

  private def reading(facts: ExecutionFacts, dataset: String): ExecutionFacts = {
    val file = lake.root.resolve(dataset).resolve("part-0")
    val scan = new ScanFacts
    scan.rootUris.add(lake.root.resolve(dataset).toUri.toString)
    scan.files.add(new ReadFile(file.toUri.toString, Files.size(file), Files.getLastModifiedTime(file).toMillis))
    facts.scans.add(scan)
    facts
  }

  @Test
  def `what a later execution wrote over an input leaves the earlier one full`(): Unit = {
    val conf = lake.attested.foldLeft(new SparkConf(false)) { case (conf, (key, value)) => conf.set(key, value) }
    val worker = new EvidenceWorker(new RunOpening(conf, SparkSettings.configuration(conf)), 60000L)
    val known, busy = new CountDownLatch(1)
    worker.start(new RunFacts("app-1", "1"))
    worker.execution(writing(generating("0"), "orders", "first"), _ => ())
    worker.execution(writing(generating("1"), "beside", "x"), _ => { known.countDown(); busy.await() })
    known.await()
    worker.execution(writing(reading(begun("2"), "orders"), "summary", "of the first"), _ => ())
    worker.execution(writing(generating("3"), "orders", "second version"), _ => ())
    busy.countDown()
    worker.finish("succeeded", 0L)
    val statements = Statements.in(lake.sink)
    assertEquals(Set.empty, statements.transformOf("summary").reasons)
    assertEquals(Sha256.hex(s"${Sha256.hex("first")}  part-0\n"), statements.transformOf("summary").inputs.head.at("/digest/sha256").asText)
    assertEquals(2, statements.of("orders").size)
  }
}
