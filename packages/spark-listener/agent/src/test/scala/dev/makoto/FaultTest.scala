package dev.makoto

import java.nio.file.{Files, Paths}
import java.util.concurrent.atomic.AtomicInteger

import scala.collection.JavaConverters._

import org.apache.hadoop.conf.Configuration
import org.apache.hadoop.fs.RawLocalFileSystem
import org.apache.hadoop.mapreduce.JobContext
import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertThrows, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import org.apache.spark.internal.io.FileCommitProtocol.TaskCommitMessage
import org.apache.spark.sql.{SparkSession, SparkSessionExtensions}
import org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol
import org.apache.spark.sql.execution.datasources.text.TextFileFormat

/** Whatever is wrong with the agent or what it needs, the job's result stands, and the statements say what they don't know. */
@DisplayNameGeneration(classOf[InWords])
class FaultTest {
  private def writeRows(lake: Lake)(spark: SparkSession): Unit =
    spark.range(50).selectExpr("id", "id % 2 AS p").repartition(2).write.partitionBy("p").json(lake.path("out"))

  private def rowsOf(lake: Lake): Seq[String] =
    lake.files("out").toSeq.flatMap { case (path, file) =>
      Files.readAllLines(file).asScala.map(line => path.split('/').head + " " + line)
    }.sorted

  /** The same job without the agent. */
  private lazy val expected: Seq[String] = {
    val plain = new Lake("plain")
    plain.runPlain()(writeRows(plain))
    rowsOf(plain)
  }

  private def attestRows(lake: Lake, more: (String, String)*): Statements = {
    val statements = lake.attest(more: _*)(writeRows(lake))
    assertEquals(expected, rowsOf(lake))
    statements
  }

  @Test
  def `the result is the same with and without the agent`(): Unit = {
    val lake = new Lake("same")
    val statements = attestRows(lake)
    assertEquals(Sha256sum.of(lake.files("out")).asJava, statements.transformOrOrigin("out").files.asJava)
  }

  @Test
  def `a missing key leaves the job alone and claims no signature`(): Unit = {
    val lake = new Lake("missing-key")
    assertUnsigned(attestRows(lake, "spark.makoto.signing.key" -> "file:/no/such/key.pem"), lake)
  }

  @Test
  def `a key that is none leaves the job alone and claims no signature`(): Unit = {
    val lake = new Lake("wrong-key")
    Files.write(lake.key, "not a key".getBytes("US-ASCII"))
    assertUnsigned(attestRows(lake), lake)
  }

  /** What was written is stated, by nobody, and the run says why. */
  private def assertUnsigned(statements: Statements, lake: Lake): Unit = {
    val stated = statements.transformOrOrigin("out")
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertFalse((statements.all ++ statements.stages ++ statements.runs).exists(_.signed))
    assertEquals(Map("signing-key-unavailable" -> 1), statements.gaps)
    assertEquals("1", statements.runs.head.text("/run/configuration/level"))
  }

  @Test
  def `an application that asked for it does not start without its key`(): Unit = {
    val lake = new Lake("strict")
    assertThrows(classOf[Exception], () =>
      attestRows(lake, "spark.makoto.signing.key" -> "file:/no/such/key.pem", "spark.makoto.on-failure" -> "fail"))
    assertFalse(Files.exists(lake.root.resolve("out")))
  }

  @Test
  def `a setting that makes no sense leaves the job alone`(): Unit = {
    val lake = new Lake("wrong-setting")
    assertEquals(Nil, attestRows(lake, "spark.makoto.level" -> "seven").all)
  }

  @Test
  def `without a sink nothing is attested`(): Unit = {
    val lake = new Lake("no-sink")
    assertEquals(Nil, attestRows(lake, "spark.makoto.dbom.sink" -> "").all)
  }

  @Test
  def `a sink that can't be written leaves the job alone, and the next run puts what it could not`(): Unit = {
    val lake = new Lake("unwritable")
    val sink = lake.root.resolve("blocked").resolve("inside")
    Files.write(sink.getParent, Array[Byte](1))
    val more = Seq("spark.makoto.dbom.sink" -> s"file:$sink", "spark.makoto.spool.dir" -> lake.path("spool"), "spark.makoto.timeout" -> "3s")
    attestRows(lake, more: _*)
    assertFalse(Files.isDirectory(sink))

    Files.delete(sink.getParent)
    lake.attest(more: _*)(spark => spark.range(3).write.json(lake.path("later")))
    val statements = Statements.in(sink)
    assertEquals(Sha256sum.of(lake.files("out")).asJava, statements.transformOrOrigin("out").files.asJava)
    assertTrue(statements.all.forall(_.signed))
    val seals = statements.runs.filter(_.text("/run/kind") == "seal")
    assertEquals(2, seals.size)
    assertTrue(seals.forall(_.predicate.at("/run/gaps").isEmpty), "nothing is missing")
    assertEquals(1, statements.of("later").size)
  }

  @Test
  def `a timestamp authority that is down costs the timestamp only, and that is said`(): Unit = {
    val lake = new Lake("no-time")
    val statements = attestRows(lake, "spark.makoto.timestamp.url" -> "http://127.0.0.1:1/tsa")
    val stated = statements.transformOrOrigin("out")
    assertTrue(stated.signed)
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertEquals(Set("timestamp-unavailable"), statements.gaps.keySet)
    assertTrue(statements.gaps("timestamp-unavailable") >= 2, "the start's and the statement's")
  }

  @Test
  def `a job whose results must be small is the same with and without the agent`(): Unit = {
    def write(lake: Lake)(spark: SparkSession): Unit =
      spark.range(0L, 600L, 1L, 1).selectExpr("id", "id AS p").write.partitionBy("p").json(lake.path("out"))
    val small = "spark.driver.maxResultSize" -> "128k"
    val plain = new Lake("small-plain")
    plain.runPlain(small)(write(plain))
    val lake = new Lake("small")
    val stated = lake.attest(small)(write(lake)).transformOrOrigin("out")
    assertEquals(rowsOf(plain), rowsOf(lake))
    assertEquals("after-commit", stated.text("/written/digestSource"))
    assertEquals("full", stated.text("/completeness/outputs"))
  }

  @Test
  def `a LinkageError in the hashing hook costs the digests in stream only`(): Unit = {
    val lake = new Lake("linkage-hook")
    val statements = attestRows(
      lake,
      "spark.hadoop.fs.makoto+file.impl" -> classOf[UnlinkableFileSystem].getName,
      "spark.hadoop.fs.makoto+file.impl.disable.cache" -> "true")
    val stated = statements.transformOrOrigin("out")
    assertEquals("after-commit", stated.text("/written/digestSource"))
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
  }

  @Test
  def `a LinkageError while a plan is read makes the statement partial`(): Unit = {
    val lake = new Lake("linkage-plan")
    val statements = lake.attest() { spark =>
      spark.range(5).selectExpr("concat('n', id) AS value").write.format(classOf[UnlinkableFormat].getName).save(lake.path("out"))
    }
    val stated = statements.transformOrOrigin("out")
    assertTrue(stated.reasons.contains("plan-not-understood"))
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
  }

  @Test
  def `both ways in install once, and either is enough`(): Unit = {
    val both = new Lake("both")
    val once = attestRows(both, "spark.plugins" -> "dev.makoto.MakotoPlugin")
    assertEquals(1, once.runs.count(_.text("/run/kind") == "start"))
    assertEquals(1, once.of("out").size)

    val plugin = new Lake("plugin")
    val alone = attestRows(plugin, "spark.plugins" -> "dev.makoto.MakotoPlugin", "spark.extraListeners" -> "")
    assertEquals("in-stream", alone.transformOrOrigin("out").text("/written/digestSource"))
    assertEquals("succeeded", alone.seal.get("outcome").asText)
  }

  @Test
  def `a commit protocol that was configured stays in force, whatever names it gives`(): Unit = {
    val lake = new Lake("own-protocol")
    val before = RenamingProtocol.commits.get
    val statements = attestRows(lake, "spark.sql.sources.commitProtocolClass" -> classOf[RenamingProtocol].getName)
    assertEquals(before + 1, RenamingProtocol.commits.get)
    val stated = statements.transformOrOrigin("out")
    assertTrue(stated.files.keys.forall(_.contains("renamed-")))
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertEquals("after-commit", stated.text("/written/digestSource"))
  }

  @Test
  def `where digests in stream are not wanted the files are hashed after the commit`(): Unit = {
    val lake = new Lake("after-commit")
    val stated = attestRows(lake, "spark.makoto.digest.outputs" -> "commit").transformOrOrigin("out")
    assertEquals("after-commit", stated.text("/written/digestSource"))
    assertEquals("full", stated.text("/completeness/outputs"))
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
  }

  @Test
  def `a file system that must not be cached is left alone and its files are hashed after the commit`(): Unit = {
    val stated = attestRows(new Lake("uncached"), "spark.hadoop.fs.file.impl.disable.cache" -> "true").transformOrOrigin("out")
    assertEquals("after-commit", stated.text("/written/digestSource"))
    assertEquals("full", stated.text("/completeness/outputs"))
  }

  @Test
  def `where no output is to be digested the statement does not pretend to one`(): Unit = {
    val lake = new Lake("no-output-digest")
    val statements = attestRows(lake, "spark.makoto.digest.outputs" -> "none")
    assertEquals(Nil, statements.of("out").filter(_.text("/completeness/outputs") == "full"))
  }

  @Test
  def `a serializer that refuses unregistered classes carries the digests`(): Unit = {
    val lake = new Lake("kryo")
    val stated = attestRows(lake, Kryo.Strict: _*).transformOrOrigin("out")
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertEquals("in-stream", stated.text("/written/digestSource"))
  }

  @Test
  def `extensions that were configured stay in force`(): Unit = {
    val lake = new Lake("own-extension")
    OtherExtension.applied.set(0)
    lake.attest("spark.sql.extensions" -> classOf[OtherExtension].getName) { spark =>
      assertEquals(64, spark.sql("SELECT makoto_hash('x')").head().getString(0).length)
    }
    assertTrue(OtherExtension.applied.get > 0)
  }

  @Test
  def `a partition with a place of its own is missing from the table's version, and that is said`(): Unit = {
    val lake = new Lake("own-place")
    val statements = lake.attest() { spark =>
      spark.sql(s"CREATE TABLE placed (id BIGINT, p INT) USING parquet PARTITIONED BY (p) LOCATION '${lake.path("out")}'")
      spark.sql(s"ALTER TABLE placed ADD PARTITION (p = 1) LOCATION '${lake.path("elsewhere")}'")
      spark.sql("INSERT INTO placed SELECT id, CAST(id % 2 AS INT) FROM range(10)")
    }
    val elsewhere = Sha256sum.of(lake.files("elsewhere"))
    val inside = Sha256sum.of(lake.files("out"))
    assertFalse(elsewhere.isEmpty)
    assertFalse(inside.isEmpty)
    val stated = statements.transformOrOrigin("out")
    assertEquals(inside.asJava, stated.files.asJava)
    assertTrue(stated.files.values.toSet.intersect(elsewhere.values.toSet).isEmpty)
    assertEquals("partial", stated.text("/completeness/outputs"))
    assertEquals(Set("output-digest-missing"), stated.reasons)
  }
}

/** Kryo as it is in houses that want to know each class that crosses the network. */
object Kryo {
  val Strict: Seq[(String, String)] =
    Seq("spark.serializer" -> "org.apache.spark.serializer.KryoSerializer", "spark.kryo.registrationRequired" -> "true")
}

/** Stands for a hook whose class can't be linked. */
class UnlinkableFileSystem extends RawLocalFileSystem {
  override def initialize(uri: java.net.URI, conf: Configuration): Unit = throw new NoClassDefFoundError("gone")
}

/** A format that the agent's thread can't ask for its name. */
class UnlinkableFormat extends TextFileFormat {
  override def shortName(): String =
    if (Thread.currentThread.getName.contains(Agent.Queue)) throw new NoSuchMethodError("shortName") else "unlinkable"
}

/** Gives files other names when the job is committed, as some vendors' protocols do. */
class RenamingProtocol(jobId: String, path: String, dynamic: Boolean) extends SQLHadoopMapReduceCommitProtocol(jobId, path, dynamic) {
  override def commitJob(
      job: JobContext, messages: Seq[TaskCommitMessage]): Unit = {
    super.commitJob(job, messages)
    RenamingProtocol.commits.incrementAndGet()
    val all = Files.walk(Paths.get(new org.apache.hadoop.fs.Path(path).toUri.getPath))
    try all.iterator.asScala.toList.filter(_.getFileName.toString.startsWith("part-")).foreach { file =>
      Files.move(file, file.resolveSibling("renamed-" + file.getFileName))
    } finally all.close()
  }
}

object RenamingProtocol {
  val commits = new AtomicInteger
}

class OtherExtension extends (SparkSessionExtensions => Unit) {
  override def apply(extensions: SparkSessionExtensions): Unit = OtherExtension.applied.incrementAndGet()
}

object OtherExtension {
  val applied = new AtomicInteger
}
