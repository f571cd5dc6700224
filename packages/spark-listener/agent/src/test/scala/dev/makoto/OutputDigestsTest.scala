package dev.makoto

import java.nio.file.Paths
import java.util.{List => JList}

import scala.collection.JavaConverters._

import org.junit.jupiter.api.Assertions.{assertEquals, assertTrue}
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.{DisplayNameGeneration, DynamicTest, TestFactory}

import org.apache.spark.sql.{DataFrame, SparkSession}
import org.apache.spark.sql.makoto.SparkBridge

/** Every digest that the agent writes is that of `sha256sum` over the file on disk, for every format and way of writing. */
@DisplayNameGeneration(classOf[InWords])
class OutputDigestsTest {
  private val formats = Seq("parquet", "orc", "csv", "json", "text")

  private def rows(spark: SparkSession, format: String, from: Int): DataFrame = {
    val numbers = spark.range(from, from + 60).repartition(2)
    val values = if (format == "text") Seq("concat('row ', id) AS value") else Seq("id", "concat('row ', id) AS value")
    numbers.selectExpr(values :+ "id % 3 AS p": _*)
  }

  private val ways: Seq[(String, String, (SparkSession, String, String) => Unit)] = Seq(
    ("overwrite", "overwrite", (spark, format, path) => {
      rows(spark, format, 0).drop("p").write.format(format).save(path)
      rows(spark, format, 100).drop("p").write.format(format).mode("overwrite").save(path)
    }),
    ("append", "append", (spark, format, path) => {
      rows(spark, format, 0).write.format(format).partitionBy("p").save(path)
      rows(spark, format, 100).write.format(format).partitionBy("p").mode("append").save(path)
    }),
    ("dynamic partition overwrite", "dynamic-overwrite", (spark, format, path) => {
      rows(spark, format, 0).write.format(format).partitionBy("p").save(path)
      rows(spark, format, 100).where("p = 1").write.format(format).partitionBy("p").mode("overwrite")
        .option("partitionOverwriteMode", "dynamic").save(path)
    }),
    ("saveAsTable", "overwrite", (spark, format, path) => {
      val table = nameOf(path)
      rows(spark, format, 0).drop("p").write.format(format).option("path", path).saveAsTable(table)
      rows(spark, format, 100).drop("p").write.format(format).mode("overwrite").option("path", path).saveAsTable(table)
    }),
    ("insertInto", "append", (spark, format, path) => {
      val table = nameOf(path)
      rows(spark, format, 0).write.format(format).partitionBy("p").option("path", path).saveAsTable(table)
      spark.conf.set("hive.exec.dynamic.partition.mode", "nonstrict")
      rows(spark, format, 100).write.insertInto(table)
    }))

  private def nameOf(path: String): String = Paths.get(path).getFileName.toString

  @TestFactory
  def `each digest equals sha256sum of the file on disk`(): JList[DynamicTest] = proveDigests("outputs", formats, "in-stream")(_ => ())

  @TestFactory
  def `so does each where our protocol is not the session's, and the files are known by what the tasks counted`(): JList[DynamicTest] =
    proveDigests("uninstalled", Seq("parquet", "text"), "after-commit") { spark =>
      spark.conf.set("spark.sql.sources.commitProtocolClass", SparkBridge.defaultCommitProtocol)
    }

  private def proveDigests(home: String, formats: Seq[String], source: String)(prepare: SparkSession => Unit): JList[DynamicTest] = {
    val lake = new Lake(home)
    val cases = for (format <- formats; (way, mode, write) <- ways) yield (s"${home}_${format}_${way.replace(' ', '_')}", format, way, mode, write)
    val statements = lake.attest() { spark =>
      prepare(spark)
      cases.foreach { case (dataset, format, _, _, write) => write(spark, format, lake.path(dataset)) }
    }
    cases.map { case (dataset, format, way, mode, _) =>
      dynamicTest(s"$format, $way, $source", () => {
        val written = statements.of(dataset).filter(_.predicate.has("transform")).sortBy(_.predicate.at("/metadata/startedOn").asText)
        assertEquals(2, written.size)
        val last = written.last
        assertEquals(Sha256sum.of(lake.files(dataset)).asJava, last.files.asJava)
        assertEquals(Sha256sum.ofDirectory(lake.root.resolve(dataset)), last.sha256)
        assertEquals(source, last.text("/written/digestSource"))
        assertEquals(mode, last.text("/transform/parameters/mode"))
        assertEquals(format, last.text("/transform/parameters/format"))
        assertEquals("full", last.text("/completeness/outputs"))
        assertTrue(last.signed)
        if (way == "saveAsTable" || way == "insertInto") {
          assertEquals(s"dataset:spark_catalog.default.${dataset.toLowerCase}", last.name.toLowerCase)
        }
      })
    }.asJava
  }
}
