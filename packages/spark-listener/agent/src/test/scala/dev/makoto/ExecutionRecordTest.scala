package dev.makoto

import scala.collection.JavaConverters._

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.facts.ScanFacts

/** What the plans of an execution scanned counts once for each dataset. */
@DisplayNameGeneration(classOf[InWords])
class ExecutionRecordTest {
  private def scan(root: String, rdds: Int*): ScanFacts = {
    val facts = new ScanFacts
    facts.rootUris.add(root)
    rdds.foreach(id => facts.rddIds.add(id))
    facts
  }

  @Test
  def `scans that selected no file stay apart, and a scan that two plans share is one`(): Unit = {
    val record = new ExecutionRecord(1, 0L, startSeen = true)
    val scans = Seq(scan("file:/a"), scan("file:/b"), scan("file:/c", 7), scan("file:/c", 7))
    record.plans += PlanFacts(None, scans, Nil, Nil, Set.empty, Nil)
    val found = record.facts(1L, failed = false, lossless = true).scans.asScala.map(_.rootUris.get(0)).sorted
    assertEquals(Seq("file:/a", "file:/b", "file:/c"), found.toSeq)
  }
}
