package dev.makoto

import org.apache.hadoop.fs.Path
import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.sql.{DataFrame, SparkSession, SparkSessionExtensions}
import org.apache.spark.sql.catalyst.InternalRow
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.plans.logical.{Aggregate, LocalRelation, LogicalPlan}
import org.apache.spark.sql.catalyst.rules.Rule
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
  def `literals beside what is read are made by the plan`(): Unit = {
    val lake = new Lake("beside")
    lake.runPlain()(_.range(5).write.parquet(lake.path("raw")))
    val statements = lake.attest() { spark =>
      spark.read.parquet(lake.path("raw")).createOrReplaceTempView("raw")
      spark.sql("SELECT raw.id, v.name FROM raw JOIN VALUES (1L, 'a', 0), (2L, 'b', 0) AS v(id, name, unused) ON v.id = raw.id")
        .write.parquet(lake.path("joined"))
      spark.sql("WITH v AS (SELECT n + 1 AS m FROM VALUES (1), (2) AS v(n)) SELECT l.m FROM v AS l JOIN v AS r ON l.m = r.m")
        .write.parquet(lake.path("twice"))
    }
    Seq("joined", "twice").foreach(assertGenerated(statements, _))
  }

  @Test
  def `rows that a rule puts in the place of a table are not made by the plan`(): Unit = {
    val lake = new Lake("answered")
    lake.runPlain()(_.range(5).write.parquet(lake.path("raw")))
    val statements = lake.attest("spark.sql.extensions" -> classOf[AnswersFromStatistics].getName) { spark =>
      spark.read.parquet(lake.path("raw")).createOrReplaceTempView("raw")
      def write(out: String, sql: String): Unit = spark.sql(sql).write.parquet(lake.path(out))
      write("alone", "SELECT count(*) AS n FROM raw")
      write("beside", "SELECT v.n, c.n AS all FROM VALUES (1L), (2L) AS v(n) CROSS JOIN (SELECT count(*) AS n FROM raw) AS c")
      write("subquery", "SELECT n FROM VALUES (1L), (9L) AS v(n) WHERE n > (SELECT max(id) FROM raw)")
      write("folded", "SELECT n FROM (SELECT count(*) AS n FROM raw) WHERE n > 7")
    }
    Seq("alone", "beside", "subquery", "folded").foreach { out =>
      assertTrue(statements.transformOf(out).unresolved.values.exists(_ == "input-without-digest"), out)
      assertEquals(Set("input-without-digest"), statements.transformOf(out).reasons, out)
    }
  }

  @Test
  def `a table whose log answers a query is named, though nothing scans it`(): Unit = {
    val lake = new Lake("named")
    lake.runPlain()(_.range(5).coalesce(1).write.parquet(lake.path("table")))
    val statements = lake.attest("spark.sql.extensions" -> classOf[AnswersFromStatistics].getName) { spark =>
      asTable(spark, lake.path("table")).createOrReplaceTempView("own")
      spark.sql("SELECT count(*) AS n FROM own").write.parquet(lake.path("alone"))
      spark.sql("SELECT n FROM VALUES (1L) AS v(n) WHERE EXISTS (SELECT 1 FROM own WHERE 1 = 2)").write.parquet(lake.path("empty"))
    }
    Seq("alone", "empty").foreach { out =>
      val named = statements.transformOf(out).unresolved.collect { case (name, reason) if name.endsWith("/table") => reason }
      assertEquals(Seq("input-without-digest"), named.toSeq, out)
    }
  }

  @Test
  def `partitions that Spark lists in place of reading them are not made by the plan`(): Unit = {
    val lake = new Lake("listed")
    lake.runPlain()(_.range(9).selectExpr("id", "id % 3 AS day").write.partitionBy("day").parquet(lake.path("raw")))
    val statements = lake.attest("spark.sql.optimizer.metadataOnly" -> "true") { spark =>
      val days = spark.read.parquet(lake.path("raw")).select("day").distinct()
      days.write.parquet(lake.path("all"))
      days.where("day = 99").write.parquet(lake.path("none"))
    }
    Seq("all", "none").foreach(assertWithoutDigest(statements, _))
  }

  @Test
  def `rows that were collected while the plan was made are not made by it`(): Unit = {
    val lake = new Lake("transposed")
    lake.runPlain()(_.range(3).coalesce(1).write.parquet(lake.path("raw")))
    val statements = lake.attest()(spark => transposed(spark, spark.read.parquet(lake.path("raw"))).write.parquet(lake.path("out")))
    assertWithoutDigest(statements, "out")
  }

  @Test
  def `a table without a directory is named by its format`(): Unit = {
    val lake = new Lake("nowhere")
    lake.runPlain()(_.range(5).coalesce(1).write.parquet(lake.path("table")))
    val statements = lake.attest()(spark => asTable(spark, lake.path("table"), nowhere = true).write.parquet(lake.path("out")))
    assertEquals(Map("parquet" -> "input-without-digest"), statements.transformOf("out").unresolved)
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

  /** Spark 4 has it; before, a program collected by itself. */
  private def transposed(spark: SparkSession, rows: DataFrame): DataFrame =
    rows.getClass.getMethods.find(method => method.getName == "transpose" && method.getParameterCount == 0) match {
      case Some(transpose) => transpose.invoke(rows).asInstanceOf[DataFrame]
      case None => spark.createDataFrame(rows.collectAsList(), rows.schema)
    }

  private def asTable(spark: SparkSession, path: String, nowhere: Boolean = false): DataFrame = {
    val files = spark.read.parquet(path)
    val plan = files.getClass.getMethod("queryExecution").invoke(files).asInstanceOf[QueryExecution].analyzed
    val relation = plan.collectFirst { case relation: LogicalRelation => relation.relation.asInstanceOf[HadoopFsRelation] }.get
    spark.baseRelationToDataFrame(relation.copy(location = new TableIndex(relation.location, nowhere))(relation.sparkSession))
  }
}

/** The index of a table format: it chooses by its own log. */
final class TableIndex(files: FileIndex, nowhere: Boolean) extends FileIndex {
  override def rootPaths: Seq[Path] = if (nowhere) Nil else files.rootPaths
  override def listFiles(partitions: Seq[Expression], data: Seq[Expression]): Seq[PartitionDirectory] = files.listFiles(partitions, data)
  override def inputFiles: Array[String] = files.inputFiles
  override def refresh(): Unit = files.refresh()
  override def sizeInBytes: Long = files.sizeInBytes
  override def partitionSchema: StructType = files.partitionSchema
}

/** What table formats do with a query that their statistics answer. */
final class AnswersFromStatistics extends (SparkSessionExtensions => Unit) {
  override def apply(extensions: SparkSessionExtensions): Unit = extensions.injectOptimizerRule(_ => AnswerFromStatistics)
}

object AnswerFromStatistics extends Rule[LogicalPlan] {
  override def apply(plan: LogicalPlan): LogicalPlan = plan.transform {
    case aggregate: Aggregate if aggregate.groupingExpressions.isEmpty && aggregate.collectLeaves().forall(_.isInstanceOf[LogicalRelation]) =>
      LocalRelation(aggregate.output, Seq(InternalRow(5L)))
  }
}
