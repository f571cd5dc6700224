package dev.makoto

import java.nio.file.{Files, Path, Paths}
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec
import java.util.Base64

import scala.collection.JavaConverters._

import org.apache.spark.sql.SparkSession

/** A folder of data, a sink for attestations and a signing key, fresh for one test. */
final class Lake(name: String) {
  val root: Path = {
    val home = Paths.get(System.getProperty("makoto.artefact"), "lakes")
    Files.createDirectories(home)
    Files.createTempDirectory(home, name)
  }
  val sink: Path = root.resolve("attestations-of-" + name)
  val key: Path = root.resolve("signing-key.pem")
  Lake.writeKey(key)

  def path(dataset: String): String = root.resolve(dataset).toString

  val settings: Map[String, String] = Map(
    "spark.master" -> "local[2]",
    "spark.app.name" -> name,
    "spark.ui.enabled" -> "false",
    "spark.driver.host" -> "localhost",
    "spark.sql.shuffle.partitions" -> "3",
    "spark.sql.warehouse.dir" -> path("warehouse"),
    "spark.hadoop.javax.jdo.option.ConnectionURL" -> s"jdbc:derby:memory:$name;create=true")

  val attested: Map[String, String] = settings ++ Map(
    "spark.extraListeners" -> "dev.makoto.AttestationListener",
    "spark.makoto.dbom.sink" -> sink.toUri.toString,
    "spark.makoto.signing.key" -> s"file:$key")

  /** Runs a job under the agent, to the end of its application, and reads what was attested. */
  def attest(more: (String, String)*)(job: SparkSession => Unit): Statements = {
    Lake.run(attested ++ more)(job)
    Statements.in(sink)
  }

  /** Runs the same job without the agent. */
  def runPlain(more: (String, String)*)(job: SparkSession => Unit): Unit = Lake.run(settings ++ more)(job)

  /** Files of a dataset that count, by their path under its root. */
  def files(dataset: String): Map[String, Path] = {
    val base = root.resolve(dataset)
    val all = Files.walk(base)
    try all.iterator.asScala.filter(Files.isRegularFile(_)).map(file => base.relativize(file).toString -> file)
      .filter { case (path, _) => path.split('/').forall(part => !part.startsWith(".") && !(part.startsWith("_") && !part.contains("="))) }
      .toMap
    finally all.close()
  }
}

object Lake {
  def run(settings: Map[String, String])(job: SparkSession => Unit): Unit = {
    SparkSession.clearActiveSession()
    SparkSession.clearDefaultSession()
    val builder = settings.foldLeft(SparkSession.builder()) { case (builder, (key, value)) => builder.config(key, value) }
    val spark = builder.getOrCreate()
    try job(spark)
    finally spark.stop()
  }

  def writeKey(file: Path): Unit = {
    val generator = KeyPairGenerator.getInstance("EC")
    generator.initialize(new ECGenParameterSpec("secp256r1"))
    val pair = generator.generateKeyPair()
    Files.write(file, pem("PRIVATE KEY", pair.getPrivate.getEncoded).getBytes("US-ASCII"))
    Files.write(file.resolveSibling(file.getFileName.toString + ".pub"), pem("PUBLIC KEY", pair.getPublic.getEncoded).getBytes("US-ASCII"))
  }

  private def pem(label: String, der: Array[Byte]): String = {
    val body = Base64.getMimeEncoder(64, Array('\n'.toByte)).encodeToString(der)
    s"-----BEGIN $label-----\n$body\n-----END $label-----\n"
  }
}
