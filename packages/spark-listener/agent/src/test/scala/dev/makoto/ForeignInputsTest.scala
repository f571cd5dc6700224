package dev.makoto

import org.apache.hadoop.fs.Path
import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.sql.{DataFrame, SparkSession}
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.execution.QueryExecution
import org.apache.spark.sql.execution.datasources.{FileIndex, HadoopFsRelation, LogicalRelation, PartitionDirectory}
import org.apache.spark.sql.types.StructType

/** Rows that a plan did not make, and files that are not all that lies in a directory, are no inputs of which everything is known. */
@DisplayNameGeneration(classOf[InWords])
class ForeignInputsTest {
  private def assertGenerated(statements: Statements, dataset: String): Unit = {
    assertTrue(statements.transformOf(dataset).unresolved.values.forall(_ == "generated"), dataset)
    assertEquals(Set.empty, statements.transformOf(dataset).reasons, dataset)
  }

  private def assertWithoutDigest(statements: Statements, dataset: String): Unit = {
    assertEquals(Set("input-without-digest"), statements.transformOf(dataset).unresolved.values.toSet, dataset)
    assertEquals("partial", statements.transformOf(dataset).text("/completeness/inputs"), dataset)
  }

  @Test
  def `rows that a program hands over are not made by the plan`(): Unit = {
    val lake = new Lake("handed-over")
    lake.runPlain()(_.range(5).write.parquet(lake.path("raw")))
    val statements = lake.attest() { spark =>
      import spark.implicits._
      val raw = spark.read.parquet(lake.path("raw"))
      val collected = spark.createDataFrame(raw.collectAsList(), raw.schema)
      collected.write.parquet(lake.path("collected"))
      collected.createOrReplaceTempView("collected")
      spark.sql("SELECT id + 1 AS n FROM collected").write.parquet(lake.path("selected"))
      spark.sql("SELECT v.n FROM VALUES (1), (2) AS v(n) JOIN collected ON v.n = id").write.parquet(lake.path("joined"))
      Seq(1, 2).toDF("n").where("n > 1").write.parquet(lake.path("sequence"))
    }
    Seq("collected", "selected", "joined", "sequence").foreach(assertWithoutDigest(statements, _))
  }

  @Test
  def `literals of a query and what the optimiser folds are made by the plan`(): Unit = {
    val lake = new Lake("literals")
    lake.runPlain()(_.range(5).write.parquet(lake.path("raw")))
    val statements = lake.attest() { spark =>
      spark.sql("SELECT n + 1 AS m FROM VALUES (1), (2) AS v(n) WHERE n > 1").write.parquet(lake.path("values"))
      spark.sql("CREATE TEMPORARY VIEW two AS VALUES (1), (2) AS v(n)")
      spark.table("two").write.parquet(lake.path("view"))
      spark.sql("SELECT 1 AS n").write.parquet(lake.path("one"))
      spark.read.parquet(lake.path("raw")).where("1 = 2").write.parquet(lake.path("nothing"))
    }
    Seq("values", "view", "one", "nothing").foreach(assertGenerated(statements, _))
  }

  @Test
  def `a table that keeps its own list of files is no directory of files`(): Unit = {
    val lake = new Lake("table-index")
    lake.runPlain()(_.range(5).coalesce(1).write.parquet(lake.path("table")))
    val statements = lake.attest()(spark => asTable(spark, lake.path("table")).write.parquet(lake.path("out")))
    assertEquals(Nil, statements.of("table"))
    val out = statements.transformOf("out")
    assertEquals(Seq("input-without-digest"), out.unresolved.collect { case (name, reason) if name.endsWith("/table") => reason }.toSeq)
    assertEquals(Set("input-without-digest"), out.reasons)
    assertFalse(out.predicate.has("inputs"))
  }

  private def asTable(spark: SparkSession, path: String): DataFrame = {
    val files = spark.read.parquet(path)
    val plan = files.getClass.getMethod("queryExecution").invoke(files).asInstanceOf[QueryExecution].analyzed
    val relation = plan.collectFirst { case relation: LogicalRelation => relation.relation.asInstanceOf[HadoopFsRelation] }.get
    spark.baseRelationToDataFrame(relation.copy(location = new TableIndex(relation.location))(relation.sparkSession))
  }
}

/** The index of a table format: it chooses by its own log. */
final class TableIndex(files: FileIndex) extends FileIndex {
  override def rootPaths: Seq[Path] = files.rootPaths
  override def listFiles(partitions: Seq[Expression], data: Seq[Expression]): Seq[PartitionDirectory] = files.listFiles(partitions, data)
  override def inputFiles: Array[String] = files.inputFiles
  override def refresh(): Unit = files.refresh()
  override def sizeInBytes: Long = files.sizeInBytes
  override def partitionSchema: StructType = files.partitionSchema
}
