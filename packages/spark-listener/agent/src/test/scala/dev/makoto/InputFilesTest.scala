package dev.makoto

import scala.collection.JavaConverters._

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions.{broadcast, col}

/** A statement's inputs are exactly the files of the executed plan, wherever in the plan they are read. */
@DisplayNameGeneration(classOf[InWords])
class InputFilesTest {
  /** Two datasets from an earlier application: `orders` partitioned by day, `customers` flat. */
  private def lakeWithData(name: String): Lake = {
    val lake = new Lake(name)
    lake.runPlain() { spark =>
      spark.range(90).selectExpr("id", "id % 10 AS customer", "id % 3 AS day").repartition(2)
        .write.partitionBy("day").parquet(lake.path("orders"))
      spark.range(10).selectExpr("id AS customer", "concat('c', id) AS name").coalesce(1).write.parquet(lake.path("customers"))
    }
    lake
  }

  private def orders(spark: SparkSession, lake: Lake) = spark.read.parquet(lake.path("orders"))
  private def customers(spark: SparkSession, lake: Lake) = spark.read.parquet(lake.path("customers"))

  private def assertWholeInput(lake: Lake, statements: Statements, out: String, inputs: String*): Unit = {
    val transform = statements.transformOf(out)
    assertEquals(inputs.sorted, transform.inputs.map(_.get("name").asText.split('/').last).sorted)
    inputs.foreach { dataset =>
      val input = transform.inputs.find(_.get("name").asText.endsWith("/" + dataset)).get
      assertEquals(Sha256sum.ofDirectory(lake.root.resolve(dataset)), input.at("/digest/sha256").asText)
      assertEquals(Sha256sum.of(lake.files(dataset)).asJava, statements.originOf(dataset).files.asJava)
    }
    assertEquals(Set.empty, transform.reasons)
  }

  @Test
  def `a join that adaptive execution rewrites names both sides`(): Unit = {
    val lake = lakeWithData("adaptive")
    val statements = lake.attest("spark.sql.autoBroadcastJoinThreshold" -> "-1", "spark.sql.adaptive.autoBroadcastJoinThreshold" -> "10m") {
      spark => orders(spark, lake).join(customers(spark, lake), "customer").write.parquet(lake.path("out"))
    }
    assertWholeInput(lake, statements, "out", "customers", "orders")
  }

  @Test
  def `a side that adaptive execution found empty and removed was read all the same`(): Unit = {
    val lake = lakeWithData("empty-side")
    val statements = lake.attest("spark.sql.autoBroadcastJoinThreshold" -> "-1") { spark =>
      val none = customers(spark, lake).where("length(name) > 100").groupBy("customer").count()
      orders(spark, lake).join(none, "customer").write.parquet(lake.path("out"))
    }
    assertTrue(statements.transformOf("out").inputs.exists(_.get("name").asText.endsWith("/customers")))
  }

  @Test
  def `a scalar subquery's files are inputs`(): Unit = {
    val lake = lakeWithData("subquery")
    val statements = lake.attest() { spark =>
      orders(spark, lake).createOrReplaceTempView("orders")
      customers(spark, lake).createOrReplaceTempView("customers")
      spark.sql("SELECT * FROM orders WHERE customer < (SELECT max(customer) FROM customers)").write.parquet(lake.path("out"))
    }
    assertWholeInput(lake, statements, "out", "customers", "orders")
  }

  @Test
  def `a cached plan's files are inputs of what is computed from the cache`(): Unit = {
    val lake = lakeWithData("cached")
    val statements = lake.attest() { spark =>
      val kept = orders(spark, lake).where("id > 3").cache()
      kept.count()
      kept.join(broadcast(customers(spark, lake)), "customer").write.parquet(lake.path("out"))
    }
    assertWholeInput(lake, statements, "out", "customers", "orders")
  }

  @Test
  def `a pruned partition is not an input, and the rest is named as a subset`(): Unit = {
    val lake = lakeWithData("pruned")
    val statements = lake.attest() { spark =>
      orders(spark, lake).count()
      orders(spark, lake).write.parquet(lake.path("copy"))
      orders(spark, lake).where("day = 1").write.parquet(lake.path("out"))
    }
    val expected = Sha256sum.of(lake.files("orders").filter(_._1.startsWith("day=1/")))
    assertEquals(expected.asJava, statements.transformOf("out").read("orders").asJava)
  }

  @Test
  def `dynamic partition pruning counts what was read in the end`(): Unit = {
    val lake = lakeWithData("dynamic-pruning")
    val statements = lake.attest("spark.sql.optimizer.dynamicPartitionPruning.reuseBroadcastOnly" -> "false") { spark =>
      spark.range(3).selectExpr("id AS day", "concat('d', id) AS label").coalesce(1).write.parquet(lake.path("days"))
      val chosen = spark.read.parquet(lake.path("days")).where("label = 'd2'")
      orders(spark, lake).write.parquet(lake.path("copy"))
      orders(spark, lake).join(broadcast(chosen), "day").write.parquet(lake.path("out"))
    }
    val expected = Sha256sum.of(lake.files("orders").filter(_._1.startsWith("day=2/")))
    assertEquals(expected.asJava, statements.transformOf("out").read("orders").asJava)
  }

  @Test
  def `a table joined with itself is one input`(): Unit = {
    val lake = lakeWithData("self-join")
    val statements = lake.attest() { spark =>
      val left = orders(spark, lake).as("l")
      left.join(orders(spark, lake).as("r"), col("l.id") === col("r.customer")).select("l.id", "r.day").write.parquet(lake.path("out"))
    }
    assertWholeInput(lake, statements, "out", "orders")
  }

  @Test
  def `both branches of a union are inputs`(): Unit = {
    val lake = lakeWithData("union")
    val statements = lake.attest() { spark =>
      orders(spark, lake).select("customer").union(customers(spark, lake).select("customer")).write.parquet(lake.path("out"))
    }
    assertWholeInput(lake, statements, "out", "customers", "orders")
  }

  @Test
  def `files read through the second generation of sources are inputs`(): Unit = {
    val lake = lakeWithData("second-generation")
    val statements = lake.attest("spark.sql.sources.useV1SourceList" -> "csv") { spark =>
      customers(spark, lake).write.format("csv").save(lake.path("out"))
    }
    assertWholeInput(lake, statements, "out", "customers")
  }

  @Test
  def `a pruned catalog table is one dataset, not its partitions`(): Unit = {
    val lake = lakeWithData("catalog")
    val statements = lake.attest() { spark =>
      orders(spark, lake).write.partitionBy("day").option("path", lake.path("table")).saveAsTable("orders_table")
      spark.sql("SELECT id FROM orders_table WHERE day = 2").write.parquet(lake.path("out"))
    }
    val expected = Sha256sum.of(lake.files("table").filter(_._1.startsWith("day=2/")))
    val transform = statements.transformOf("out")
    assertEquals(1, transform.inputs.size)
    assertEquals(expected.asJava, Statement.filesOf(transform.inputs.head.at("/observed/subset/files")).asJava)
    assertEquals(statements.transformOf("table").sha256, transform.inputs.head.at("/digest/sha256").asText)
  }

  @Test
  def `a catalog table of which no partition was left is an input all the same`(): Unit = {
    val lake = lakeWithData("no-partition")
    val statements = lake.attest() { spark =>
      orders(spark, lake).write.partitionBy("day").option("path", lake.path("table")).saveAsTable("orders_table")
      spark.sql("SELECT id FROM orders_table WHERE day = 99").write.parquet(lake.path("alone"))
      spark.sql(s"SELECT id FROM orders_table WHERE day = 99 UNION ALL SELECT customer FROM parquet.`${lake.path("customers")}`")
        .write.parquet(lake.path("both"))
    }
    def named(out: String) = statements.transformOf(out).inputs.map(input => input.get("name").asText.split('/').last -> input).toMap
    val name = "dataset:spark_catalog.default.orders_table"
    assertEquals(Set(name), named("alone").keySet)
    assertEquals(Set("customers", name), named("both").keySet)
    Seq("alone", "both").foreach { out =>
      val table = named(out)(name)
      assertEquals(statements.transformOf("table").sha256, table.at("/digest/sha256").asText)
      assertEquals(0, table.at("/observed/files").asInt(-1))
      assertEquals(Set.empty, statements.transformOf(out).reasons)
    }
  }

  @Test
  def `what one execution wrote is referenced by the next one that reads it`(): Unit = {
    val lake = lakeWithData("chain")
    val statements = lake.attest() { spark =>
      orders(spark, lake).groupBy("customer").count().write.parquet(lake.path("counts"))
      spark.read.parquet(lake.path("counts")).where("count > 1").write.parquet(lake.path("out"))
    }
    val input = statements.transformOf("out").inputs.head
    assertEquals(statements.transformOf("counts").sha256, input.at("/digest/sha256").asText)
    assertTrue(input.get("attestationRef").asText.startsWith("attestations/"))
    assertTrue(statements.of("counts").forall(_.predicate.has("transform")))
  }

  @Test
  def `generated rows leave a statement full, an RDD makes it partial`(): Unit = {
    val lake = lakeWithData("no-digest")
    val statements = lake.attest() { spark =>
      import spark.implicits._
      spark.range(5).write.parquet(lake.path("generated"))
      spark.sparkContext.parallelize(1 to 5).toDF("n").write.parquet(lake.path("from-rdd"))
      orders(spark, lake).join(spark.sparkContext.parallelize(1L to 5L).toDF("id"), "id").write.parquet(lake.path("mixed"))
    }
    assertTrue(statements.transformOf("generated").unresolved.values.forall(_ == "generated"))
    assertEquals(Set.empty, statements.transformOf("generated").reasons)
    assertEquals(Set("input-without-digest"), statements.transformOf("from-rdd").reasons)
    val mixed = statements.transformOf("mixed")
    assertEquals("partial", mixed.text("/completeness/inputs"))
    assertEquals("full", mixed.text("/completeness/outputs"))
    assertEquals(1, mixed.inputs.size)
    assertFalse(mixed.unresolved.isEmpty)
  }

  @Test
  def `a scan that selected no file leaves a statement all the same`(): Unit = {
    val lake = lakeWithData("no-file")
    val statements = lake.attest() { spark =>
      orders(spark, lake).where("day = 99").write.parquet(lake.path("out"))
    }
    val stated = statements.transformOrOrigin("out")
    assertEquals("full", stated.text("/completeness/outputs"))
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
  }
}
