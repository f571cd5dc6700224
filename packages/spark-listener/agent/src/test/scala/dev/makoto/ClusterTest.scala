package dev.makoto

import java.io.{File, FileOutputStream}
import java.lang.management.ManagementFactory
import java.nio.file.{Files, Path, Paths}
import java.util.concurrent.TimeUnit
import java.util.zip.{ZipEntry, ZipFile, ZipOutputStream}

import scala.collection.JavaConverters._

import org.junit.jupiter.api.Assertions.{assertEquals, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.run.Run
import dev.makoto.hadoop.HashingFileSystem

/** Jobs in JVMs of their own, started by spark-submit, with the agent as a JAR; on a cluster each executor is a JVM too. */
@DisplayNameGeneration(classOf[InWords])
class ClusterTest {
  private val Cluster = "local-cluster[2,1,1024]"

  @Test
  def `executors that get the JAR by --jars hash in stream`(): Unit = {
    val lake = new Lake("cluster-jars")
    val statements = ClusterTest.submit(lake, Cluster, "--jars", ClusterTest.agentJar().toString)
    val stated = statements.transformOrOrigin("out")
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertEquals("in-stream", stated.text("/written/digestSource"))
    assertEquals("succeeded", statements.seal.get("outcome").asText)
  }

  @Test
  def `executors that have the JAR installed hash in stream`(): Unit = {
    val lake = new Lake("cluster-installed")
    val jar = ClusterTest.agentJar().toString
    val installed = Seq("--driver-class-path", jar, "--conf", s"spark.executor.extraClassPath=$jar")
    val stated = ClusterTest.submit(lake, Cluster, installed: _*).transformOrOrigin("out")
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertEquals("in-stream", stated.text("/written/digestSource"))
    assertEquals("full", stated.text("/completeness/outputs"))
  }

  @Test
  def `where the JAR is missing on executors the job runs and its statement is partial`(): Unit = {
    val lake = new Lake("cluster-missing")
    val statements = ClusterTest.submit(lake, Cluster, "--driver-class-path", ClusterTest.agentJar().toString)
    val stated = statements.transformOrOrigin("out")
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertEquals("after-commit", stated.text("/written/digestSource"))
    assertTrue(stated.reasons.contains("agent-missing-on-executors"))
    assertEquals("partial", stated.text("/completeness/outputs"))
  }

  @Test
  def `a JAR that lacks a class leaves the job alone`(): Unit = {
    val lake = new Lake("cluster-hole")
    val holed = ClusterTest.agentJar(without = "dev/makoto/hadoop/HashingFileSystem.class")
    val statements = ClusterTest.submit(lake, "local[2]", "--jars", holed.toString)
    assertEquals("after-commit", statements.transformOrOrigin("out").text("/written/digestSource"))
  }
}

object ClusterTest {
  private val target = Paths.get(System.getProperty("makoto.artefact"))

  private val classPath: Seq[String] =
    sys.props.getOrElse("surefire.test.class.path", sys.props("java.class.path")).split(File.pathSeparatorChar).toSeq

  private def placeOf(known: Class[_]): File = new File(known.getProtectionDomain.getCodeSource.getLocation.toURI)

  private val agentParts: Seq[File] = Seq(classOf[AttestationListener], classOf[Run], classOf[HashingFileSystem]).map(placeOf).distinct

  /** Runs [[example.ClusterJob]] and reads what it attested. */
  def submit(lake: Lake, master: String, how: String*): Statements = {
    val settings = (lake.attested - "spark.master").toSeq.flatMap { case (key, value) => Seq("--conf", s"$key=$value") }
    val submit = Seq("org.apache.spark.deploy.SparkSubmit", "--master", master, "--class", "example.ClusterJob") ++
      how ++ settings ++ Seq(jobJar().toString, lake.path("out"))
    val driverExtra = how.sliding(2).collectFirst { case Seq("--driver-class-path", jar) => jar }
    val log = lake.root.resolve("driver.log")
    val driverPath = (driverExtra.toSeq ++ sparkJars()).mkString(File.pathSeparator)
    val jvm = Paths.get(System.getProperty("java.home"), "bin", "java").toString
    val opens = ManagementFactory.getRuntimeMXBean.getInputArguments.asScala
      .filter(argument => argument.startsWith("--add-opens") || argument.startsWith("-XX:+Ignore") || argument.startsWith("-Djdk.reflect"))
    val builder = new ProcessBuilder(((jvm +: opens) ++ Seq("-Xmx1g", "-cp", driverPath) ++ submit).asJava)
    builder.environment.put("SPARK_HOME", sparkHome().toString)
    builder.environment.put("SPARK_SCALA_VERSION", scala.util.Properties.versionNumberString.split('.').take(2).mkString("."))
    builder.environment.put("SPARK_LOCAL_IP", "127.0.0.1")
    builder.directory(lake.root.toFile).redirectErrorStream(true).redirectOutput(log.toFile)
    val process = builder.start()
    val ended = process.waitFor(150, TimeUnit.SECONDS)
    if (!ended) process.destroyForcibly()
    val words = new String(Files.readAllBytes(log), "UTF-8")
    assertTrue(ended && process.exitValue() == 0, words)
    assertTrue(words.contains("rows=400"), words)
    Statements.in(lake.sink)
  }

  private def sparkJars(): Seq[String] = classPath.filter(entry => entry.endsWith(".jar") && !agentParts.contains(new File(entry)))

  /** A distribution is little more than its jars. */
  private def sparkHome(): Path = {
    val jars = target.resolve("spark-home").resolve("jars")
    Files.createDirectories(jars)
    sparkJars().foreach { jar =>
      val link = jars.resolve(Paths.get(jar).getFileName)
      if (!Files.exists(link)) Files.createSymbolicLink(link, Paths.get(jar))
    }
    jars.getParent
  }

  private def jobJar(): Path = jar("cluster-job.jar", Seq(placeOf(example.ClusterJob.getClass)), _.startsWith("example/"))

  def agentJar(without: String = ""): Path = {
    val name = if (without.isEmpty) "makoto-agent.jar" else "makoto-agent-with-a-hole.jar"
    jar(name, agentParts, entry => entry.startsWith("dev/makoto/") && entry != without || entry.startsWith("org/apache/spark/sql/makoto/"))
  }

  private def jar(name: String, parts: Seq[File], wanted: String => Boolean): Path = {
    val file = target.resolve("test-jars").resolve(name)
    Files.createDirectories(file.getParent)
    val out = new ZipOutputStream(new FileOutputStream(file.toFile))
    def add(entry: String, bytes: => Array[Byte]): Unit = if (wanted(entry) && !entry.endsWith("/")) {
      out.putNextEntry(new ZipEntry(entry))
      out.write(bytes)
      out.closeEntry()
    }
    try parts.foreach { part =>
      if (part.isDirectory) {
        val all = Files.walk(part.toPath)
        try all.iterator.asScala.filter(Files.isRegularFile(_)).foreach { path =>
          add(part.toPath.relativize(path).toString.replace(File.separatorChar, '/'), Files.readAllBytes(path))
        } finally all.close()
      } else {
        val zip = new ZipFile(part)
        try zip.entries.asScala.foreach(entry => add(entry.getName, readAll(zip.getInputStream(entry))))
        finally zip.close()
      }
    } finally out.close()
    file
  }

  private def readAll(in: java.io.InputStream): Array[Byte] = {
    val out = new java.io.ByteArrayOutputStream
    val buffer = new Array[Byte](1 << 16)
    Iterator.continually(in.read(buffer)).takeWhile(_ >= 0).foreach(out.write(buffer, 0, _))
    in.close()
    out.toByteArray
  }
}
