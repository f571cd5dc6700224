package dev.makoto

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertNull}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.facts.Reason

import org.apache.spark.sql.catalyst.TableIdentifier
import org.apache.spark.sql.catalyst.catalog.{CatalogStorageFormat, CatalogTable, CatalogTableType}
import org.apache.spark.sql.types.StructType

/** What commands meant to write is joined with what was committed, and nothing that was written is passed over. */
@DisplayNameGeneration(classOf[InWords])
class WriteReaderTest {
  private def command(root: String, own: Boolean, records: Long): PlannedWrite =
    PlannedWrite(Some(root), None, "Insert", "append", "parquet", Nil, own, records)

  private def plan(writes: Seq[PlannedWrite], unnamed: Seq[Reason] = Nil): Seq[PlanFacts] =
    Seq(PlanFacts(None, Nil, Nil, writes, Set.empty, unnamed))

  private def commit(root: String): CommittedOutput = CommittedOutput(root, "a-job", dynamicOverwrite = false, Nil, None)

  private def roots(writes: Seq[WriteReader.Write]): Seq[String] = writes.map(_.facts.rootUri)

  @Test
  def `rows that were written without a word of the protocol leave an incomplete write`(): Unit = {
    val untold = WriteReader.read(plan(Seq(command("file:/lake/out", own = true, records = 3))), Nil, lossless = true)
    assertEquals(Seq("file:/lake/out"), roots(untold))
    assertFalse(untold.head.facts.filesComplete)
  }

  @Test
  def `a Hive table's staging directory is not what was written`(): Unit = {
    val staged = commit("file:/lake/table/.hive-staging_hive_1/-ext-10000")
    val hive = command("file:/lake/table", own = false, records = 3)
    assertEquals(Seq("file:/lake/table"), roots(WriteReader.read(plan(Seq(hive)), Seq(staged), lossless = true)))
    assertEquals(Nil, roots(WriteReader.read(plan(Nil, Seq(Reason.OUTPUT_DIGEST_MISSING)), Seq(staged), lossless = true)))
    val other = commit("file:/data/.lake/out")
    assertEquals(Seq(other.root), roots(WriteReader.read(plan(Nil), Seq(other), lossless = true)))
  }

  @Test
  def `a command of Hive that does not say that it appends is not taken to append`(): Unit = {
    def modeOf(operation: String, overwrite: Boolean, columns: String*): String = {
      val table = CatalogTable(TableIdentifier("t"), CatalogTableType.EXTERNAL, CatalogStorageFormat.empty, new StructType, partitionColumnNames = columns)
      WriteCommands.hiveMode(operation, (table, overwrite), table)
    }
    assertEquals("append", modeOf("InsertIntoHiveTable", overwrite = false, "day"))
    assertEquals("overwrite", modeOf("InsertIntoHiveTable", overwrite = true))
    assertEquals("dynamic-overwrite", modeOf("InsertIntoHiveTable", overwrite = true, "day"))
    assertEquals("dynamic-overwrite", modeOf("SomethingNew", overwrite = false))
  }

  @Test
  def `the partition that a command empties goes with its commit`(): Unit = {
    val insert = command("file:/lake/out", own = true, records = 3).copy(mode = "dynamic-overwrite", replacedPartition = Some("p=1"))
    def replaced(dynamic: Boolean): String =
      WriteReader.read(plan(Seq(insert)), Seq(commit("file:/lake/out").copy(dynamicOverwrite = dynamic)), lossless = true).head.facts.replacedPartition
    assertEquals("p=1", replaced(dynamic = false))
    assertNull(replaced(dynamic = true))
  }

  @Test
  def `a command that had nothing to write leaves none`(): Unit =
    assertEquals(Nil, roots(WriteReader.read(plan(Seq(command("file:/lake/out", own = true, records = 0))), Nil, lossless = true)))
}
