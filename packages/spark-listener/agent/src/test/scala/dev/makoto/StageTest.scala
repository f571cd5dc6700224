package dev.makoto

import java.io.BufferedOutputStream
import java.nio.file.Files
import java.util.concurrent.{ConcurrentLinkedQueue, CountDownLatch, TimeUnit}

import scala.collection.JavaConverters._

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertThrows, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.TaskContext
import org.apache.spark.scheduler.{SparkListener, SparkListenerJobStart, SparkListenerStageCompleted}
import org.apache.spark.sql.SparkSession
import org.apache.spark.sql.functions.udf

/** Every attempt of every stage of every job has its attestation, whatever came of the job. */
@DisplayNameGeneration(classOf[InWords])
class StageTest {
  /** What another listener saw: stage and attempt. */
  private final class Witness extends SparkListener {
    val seen = new ConcurrentLinkedQueue[String]
    override def onStageCompleted(completed: SparkListenerStageCompleted): Unit =
      seen.add(s"${completed.stageInfo.stageId}.${completed.stageInfo.attemptNumber()}")
  }

  private def watched(lake: Lake, more: (String, String)*)(job: SparkSession => Unit): (Set[String], Statements) = {
    val witness = new Witness
    val statements = lake.attest(more: _*) { spark =>
      spark.sparkContext.addSparkListener(witness)
      job(spark)
    }
    (witness.seen.asScala.toSet, statements)
  }

  private def stated(statements: Statements): Seq[String] = statements.stages.map(_.name.split('/').last).sorted

  @Test
  def `each stage of SQL and of RDD jobs is attested once`(): Unit = {
    val lake = new Lake("stages")
    val (seen, statements) = watched(lake) { spark =>
      spark.range(100).selectExpr("id % 7 AS k", "id").groupBy("k").count().write.parquet(lake.path("out"))
      spark.read.parquet(lake.path("out")).count()
      spark.sparkContext.parallelize(1 to 100, 4).map(n => (n % 3, n)).reduceByKey(_ + _).collect()
      spark.sparkContext.parallelize(1 to 10).saveAsTextFile(lake.path("lines"))
    }
    assertTrue(seen.size >= 6)
    assertEquals(seen.toSeq.sorted, stated(statements))
    assertTrue(statements.stages.forall(_.text("/transform/parameters/stage/outcome") == "succeeded"))
  }

  @Test
  def `a stage names its parent stages and the datasets it scanned`(): Unit = {
    val lake = new Lake("stage-inputs")
    val (_, statements) = watched(lake) { spark =>
      spark.range(20).selectExpr("id", "id % 2 AS k").write.parquet(lake.path("in"))
      spark.read.parquet(lake.path("in")).groupBy("k").count().write.parquet(lake.path("out"))
    }
    val inputs = statements.stages.flatMap(_.inputs).map(input => input.get("name").asText -> input.at("/digest/sha256").asText)
    assertEquals(Seq(statements.of("in").head.sha256), inputs.filter(_._1.endsWith("/in")).map(_._2))
    val fromStages = inputs.filter(_._1.startsWith("stage:"))
    assertEquals(1, fromStages.size)
    val parent = statements.stages.find(_.name == fromStages.head._1).get
    assertEquals(parent.sha256, fromStages.head._2)
    assertTrue(parent.text("/transform/parameters/stage/shuffleBytesWritten").toLong > 0)
  }

  @Test
  def `a task that fails first and succeeds then counts once`(): Unit = {
    val lake = new Lake("retried")
    val (seen, statements) = watched(lake, "spark.master" -> "local[2,3]") { spark =>
      val failsFirst = udf { (id: Long) =>
        if (id > 40 && TaskContext.get().attemptNumber() == 0) throw new IllegalStateException("this attempt fails")
        id
      }
      spark.range(0, 50, 1, 2).select(failsFirst(org.apache.spark.sql.functions.col("id")).as("id")).write.parquet(lake.path("out"))
    }
    val transform = statements.transformOf("out")
    assertEquals(Sha256sum.of(lake.files("out")).asJava, transform.files.asJava)
    assertEquals("in-stream", transform.text("/written/digestSource"))
    assertEquals(seen.toSeq.sorted, stated(statements))
    val stage = statements.stages.map(_.predicate.at("/transform/parameters/stage")).find(_.get("attemptsFailed").asInt > 0).get
    assertEquals(2, stage.get("tasks").asInt)
    assertEquals(2, stage.get("tasksSucceeded").asInt)
  }

  @Test
  def `a failed execution and a failed job are recorded and claim no output`(): Unit = {
    val lake = new Lake("failed")
    val (seen, statements) = watched(lake) { spark =>
      val fails = udf((id: Long) => if (id >= 0) throw new IllegalStateException("this job fails") else id)
      assertThrows(classOf[Exception], () =>
        spark.range(10).select(fails(org.apache.spark.sql.functions.col("id"))).write.parquet(lake.path("out")))
      assertThrows(classOf[Exception], () => spark.sparkContext.parallelize(1 to 4).foreach(n => if (n > 0) sys.error("this job fails")))
    }
    assertEquals(Nil, statements.of("out"))
    assertEquals(seen.toSeq.sorted, stated(statements))
    assertTrue(statements.stages.forall(_.text("/transform/parameters/stage/outcome") == "failed"))
    assertEquals("failed", statements.seal.get("outcome").asText)
    assertEquals(2, statements.seal.at("/executions/failed").asInt)
  }

  @Test
  def `large inputs are hashed by tasks of our own, which are not attested`(): Unit = {
    val lake = new Lake("large")
    val line = ("x" * 1023 + "\n").getBytes("US-ASCII")
    val folder = Files.createDirectories(lake.root.resolve("large"))
    for (name <- Seq("one.txt", "two.txt")) {
      val out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)))
      try {
        (0 until 33 * 1024).foreach(_ => out.write(line))
      } finally out.close()
    }
    val ownJob = new CountDownLatch(1)
    val statements = lake.attest("spark.master" -> "local[4]") { spark =>
      spark.sparkContext.addSparkListener(new SparkListener {
        override def onJobStart(start: SparkListenerJobStart): Unit =
          if (start.properties.getProperty("spark.jobGroup.id", "") == "makoto") ownJob.countDown()
      })
      spark.read.text(lake.path("large")).limit(3).write.text(lake.path("out"))
      spark.range(5).write.parquet(lake.path("small"))
      assertTrue(ownJob.await(60, TimeUnit.SECONDS))
    }
    assertEquals(Sha256sum.of(lake.files("large")).asJava, statements.originOf("large").files.asJava)
    assertFalse(statements.stages.exists(_.text("/transform/name").contains("Makoto")))
    assertEquals(Map.empty, statements.gaps)
  }
}
