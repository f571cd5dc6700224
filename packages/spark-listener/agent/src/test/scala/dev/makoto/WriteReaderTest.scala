package dev.makoto

import java.io.{IOException, InputStream}

import scala.collection.JavaConverters._

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertNull, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.facts.{DataFile, DataFiles, Reason}

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
    val untold = WriteReader.read(plan(Seq(command("file:/lake/out", own = true, records = 3))), Nil, startedOn = 0L, finishedOn = 9L, lossless = true)
    assertEquals(Seq("file:/lake/out"), roots(untold))
    assertFalse(untold.head.facts.filesComplete)
  }

  @Test
  def `a Hive table's staging directory is not what was written`(): Unit = {
    val staged = commit("file:/lake/table/.hive-staging_hive_1/-ext-10000")
    val hive = command("file:/lake/table", own = false, records = 3)
    assertEquals(Seq("file:/lake/table"), roots(WriteReader.read(plan(Seq(hive)), Seq(staged), startedOn = 0L, finishedOn = 9L, lossless = true)))
    assertEquals(Nil, roots(WriteReader.read(plan(Nil, Seq(Reason.OUTPUT_DIGEST_MISSING)), Seq(staged), startedOn = 0L, finishedOn = 9L, lossless = true)))
    val other = commit("file:/data/.lake/out")
    assertEquals(Seq(other.root), roots(WriteReader.read(plan(Nil), Seq(other), startedOn = 0L, finishedOn = 9L, lossless = true)))
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
      WriteReader.read(plan(Seq(insert)), Seq(commit("file:/lake/out").copy(dynamicOverwrite = dynamic)), startedOn = 0L, finishedOn = 9L, lossless = true).head.facts.replacedPartition
    assertEquals("p=1", replaced(dynamic = false))
    assertNull(replaced(dynamic = true))
  }

  @Test
  def `a command that had nothing to write leaves none`(): Unit =
    assertEquals(Nil, roots(WriteReader.read(plan(Seq(command("file:/lake/out", own = true, records = 0))), Nil, startedOn = 0L, finishedOn = 9L, lossless = true)))

  @Test
  def `a command that found its place taken leaves what lies there to whom it belongs`(): Unit = {
    val create = command("file:/lake/out", own = false, records = 0).copy(mode = "create", counted = Some(CountedFiles(files = 0, bytes = 0)))
    def left(insert: PlannedWrite, lossless: Boolean): Seq[String] =
      roots(WriteReader.read(plan(Seq(insert)), Nil, startedOn = 0L, finishedOn = 9L, lossless = lossless))
    assertEquals(Nil, left(create, lossless = true))
    assertEquals(Seq("file:/lake/out"), left(create, lossless = false))
    assertEquals(Seq("file:/lake/out"), left(create.copy(mode = "append"), lossless = true))
    assertEquals(Seq("file:/lake/out"), left(create.copy(counted = Some(CountedFiles(files = 1, bytes = 9))), lossless = true))
  }

  private def listed(path: String, size: Long, mtime: Long = 5000L): DataFile = new DataFile(s"file:/lake/out/$path", path, size, mtime, false)

  private val (one, other) = ("11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-aaaaaaaaaaaa")

  @Test
  def `files are known by what the tasks counted where one job's fit and no other's`(): Unit = {
    def found(files: DataFile*): Option[String] = CountedFiles(files = 2, bytes = 30).jobIdAmong(files, since = 4999L, until = 5001L)
    val ours = Seq(listed(s"p=1/part-00000-$one.c000.parquet", 10), listed(s"p=2/part-00001-$one.c000.parquet", 20))
    assertEquals(Some(one), found(ours: _*))
    assertEquals(Some(one), found(ours :+ listed(s"part-00000-$other.c000.parquet", 30): _*))
    assertEquals(Some(one), found(ours :+ listed(s"_temporary/part-00002-$one.c000.parquet", 10): _*))
    assertEquals(None, found(ours.head), "a file is gone")
    assertEquals(None, found(ours.head, listed(s"p=2/part-00001-$one.c000.parquet", 21)), "a file was changed")
    assertEquals(None, found(ours :+ listed(s"part-00002-$one.c000.parquet", 0): _*), "a file too many")
    assertEquals(None, found(ours.map(file => listed(file.path, file.size, mtime = 3999L)): _*), "they were there before")
    val before = ours.map(file => listed(file.path.replace(one, other), file.size, mtime = 4998L))
    assertEquals(Some(one), found(ours ++ before: _*), "as much was written a moment before")
    assertEquals(None, found(ours.head, listed(ours(1).path, 20, mtime = 5002L)), "somebody has written over it since")
    val same = ours.map(file => listed(file.path.replace(one, other), file.size))
    assertEquals(None, found(ours ++ same: _*), "another job wrote as much")
  }

  @Test
  def `an append without a word of the protocol is complete where its files are known`(): Unit = {
    val insert = command("file:/lake/out", own = false, records = 3).copy(counted = Some(CountedFiles(files = 1, bytes = 10)))
    val Seq(write) = WriteReader.read(plan(Seq(insert)), Nil, startedOn = 4999L, finishedOn = 5001L, lossless = true)
    assertFalse(write.facts.filesComplete)
    write.listCommitted(new DataFiles {
      override def visitBelow(rootUri: String, visitor: DataFiles.Visitor): Unit =
        Seq(listed(s"part-00000-$one.c000.parquet", 10), listed("old.parquet", 10)).foreach(visitor.visit(_))
      override def visitIn(folderUri: String, visitor: DataFiles.Visitor): Unit = throw new IOException(folderUri)
      override def stat(uri: String): DataFile = throw new IOException(uri)
      override def open(uri: String): InputStream = throw new IOException(uri)
    })
    assertTrue(write.facts.filesComplete)
    assertEquals(Seq(s"file:/lake/out/part-00000-$one.c000.parquet"), write.facts.files.asScala.map(_.uri))
  }
}
