package dev.makoto

import java.io.{File, FileOutputStream}
import java.lang.management.ManagementFactory
import java.nio.file.{Files, Path, Paths}
import java.util.concurrent.TimeUnit
import java.util.zip.{ZipEntry, ZipFile, ZipOutputStream}

import scala.collection.JavaConverters._

import org.junit.jupiter.api.Assertions.{assertEquals, assertFalse, assertTrue}
import org.junit.jupiter.api.{DisplayNameGeneration, Test}

import dev.makoto.evidence.run.Run
import dev.makoto.hadoop.HashingFileSystem

/** Jobs in JVMs of their own, started by spark-submit, with the agent as a JAR; on a cluster each executor is a JVM too. */
@DisplayNameGeneration(classOf[InWords])
class ClusterTest {
  private val Cluster = "local-cluster[1,2,1024]"

  @Test
  def `executors that get the JAR by --jars hash in stream, where the driver has it on its class path`(): Unit = {
    val lake = new Lake("cluster-jars")
    val jar = ClusterTest.agentJar().toString
    val statements = ClusterTest.submit(lake, "local-cluster[2,1,1024]", "--jars", jar, "--driver-class-path", jar)
    val stated = statements.transformOrOrigin("out")
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertEquals("in-stream", stated.text("/written/digestSource"))
    assertEquals("succeeded", statements.seal.get("outcome").asText)
  }

  @Test
  def `with --jars alone a thread that knows the class path only writes, and all is hashed after the commit`(): Unit = {
    val lake = new Lake("cluster-pool")
    val ended = ClusterTest.run(lake, Cluster, Seq("--jars", ClusterTest.agentJar().toString), job = "PoolJob")
    assertTrue(ended.isGood, ended.words)
    val stated = Statements.in(lake.sink).transformOrOrigin("out")
    assertEquals(Sha256sum.of(lake.files("out")).asJava, stated.files.asJava)
    assertEquals("after-commit", stated.text("/written/digestSource"))
    assertEquals("full", stated.text("/completeness/outputs"))
    assertTrue(ended.words.contains("--driver-class-path"), ended.words)
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
  def `a JAR that lacks a class of a hook leaves the job alone`(): Unit = {
    val lake = new Lake("cluster-hole")
    val holed = ClusterTest.agentJar(without = "dev/makoto/hadoop/HashingFileSystem.class")
    val statements = ClusterTest.submit(lake, "local[2]", "--driver-class-path", holed.toString)
    assertEquals("after-commit", statements.transformOrOrigin("out").text("/written/digestSource"))
  }

  private lazy val holed = Seq("--driver-class-path", ClusterTest.agentJar(without = "dev/makoto/SparkSettings$.class").toString)

  @Test
  def `a JAR that can't even start leaves the job alone`(): Unit = {
    val lake = new Lake("cluster-no-start")
    val viaPlugin = Seq("--conf", "spark.extraListeners=", "--conf", "spark.plugins=dev.makoto.MakotoPlugin")
    val ended = ClusterTest.run(lake, "local[2]", holed ++ viaPlugin)
    assertTrue(ended.isGood, ended.words)
    assertTrue(ended.words.contains("Makoto could not start"), ended.words)
    assertEquals(Nil, Statements.in(lake.sink).all)
  }

  @Test
  def `where the application must not run unattested such a JAR ends it and says why`(): Unit = {
    val lake = new Lake("cluster-strict")
    val ended = ClusterTest.run(lake, "local[2]", holed ++ Seq("--conf", "spark.makoto.on-failure=fail"))
    assertFalse(ended.isGood, ended.words)
    assertTrue(ended.words.contains("SparkException: Makoto can't attest this application"), ended.words)
    assertFalse(Files.exists(lake.root.resolve("out")))
  }

  @Test
  def `a JAR for another Spark says which, and starts no application that the administrator wants attested`(): Unit = {
    val lake = new Lake("cluster-other-line")
    val other = Seq("--driver-class-path", ClusterTest.agentJar(line = "2.4").toString)
    val ended = ClusterTest.run(lake, "local[2]", other)
    assertTrue(ended.isGood, ended.words)
    assertTrue(ended.words.contains("Makoto attests nothing: this JAR is for Spark 2.4"), ended.words)
    assertEquals(Nil, Statements.in(lake.sink).all)

    val conf = Files.createDirectories(lake.root.resolve("conf"))
    Files.write(conf.resolve("makoto.properties"), "on-failure fail\nlocked on-failure\n".getBytes("US-ASCII"))
    val refused = ClusterTest.run(new Lake("cluster-other-line-strict"), "local[2]", other, environment = Map("SPARK_CONF_DIR" -> conf.toString))
    assertFalse(refused.isGood, refused.words)
    assertTrue(refused.words.contains("Makoto can't attest this application: this JAR is for Spark 2.4"), refused.words)
  }
}

object ClusterTest {
  private val target = Paths.get(System.getProperty("makoto.artefact"))
  private val Line = "dev/makoto/makoto-spark.properties"

  private val classPath: Seq[String] =
    sys.props.getOrElse("surefire.test.class.path", sys.props("java.class.path")).split(File.pathSeparatorChar).toSeq

  /** How this JVM was started: its children are started alike. */
  private val arguments = ManagementFactory.getRuntimeMXBean.getInputArguments.asScala
  private val tuning = arguments.filter(_.startsWith("-XX:"))

  private def placeOf(known: Class[_]): File = new File(known.getProtectionDomain.getCodeSource.getLocation.toURI)

  private val agentParts: Seq[File] = Seq(classOf[AttestationListener], classOf[Run], classOf[HashingFileSystem]).map(placeOf).distinct

  /** How an application ended, and what it said. */
  final case class Ended(code: Option[Int], words: String) {
    def isGood: Boolean = code.contains(0) && words.contains("rows=400")
  }

  /** Runs [[example.ClusterJob]] and reads what it attested. */
  def submit(lake: Lake, master: String, how: String*): Statements = {
    val ended = run(lake, master, how)
    assertTrue(ended.isGood, ended.words)
    Statements.in(lake.sink)
  }

  def run(lake: Lake, master: String, how: Seq[String], job: String = "ClusterJob", environment: Map[String, String] = Map.empty): Ended = {
    val settings = (lake.attested - "spark.master").toSeq.flatMap { case (key, value) => Seq("--conf", s"$key=$value") }
    val submit = Seq("org.apache.spark.deploy.SparkSubmit", "--master", master, "--class", s"example.$job") ++
      Seq("--conf", tuning.mkString("spark.executor.extraJavaOptions=", " ", "")) ++ settings ++ how ++ Seq(jobJar().toString, lake.path("out"))
    val driverExtra = how.sliding(2).collectFirst { case Seq("--driver-class-path", jar) => jar }
    val log = lake.root.resolve("driver.log")
    val driverPath = (driverExtra.toSeq ++ sparkJars()).mkString(File.pathSeparator)
    val jvm = Paths.get(System.getProperty("java.home"), "bin", "java").toString
    val opens = arguments.filter(argument => argument.startsWith("--add-opens") || argument.startsWith("-Djdk.reflect"))
    val builder = new ProcessBuilder(((jvm +: opens) ++ tuning ++ Seq("-Xmx1g", "-cp", driverPath) ++ submit).asJava)
    builder.environment.put("SPARK_HOME", sparkHome().toString)
    builder.environment.put("SPARK_SCALA_VERSION", scala.util.Properties.versionNumberString.split('.').take(2).mkString("."))
    builder.environment.put("SPARK_LOCAL_IP", "127.0.0.1")
    environment.foreach { case (name, value) => builder.environment.put(name, value) }
    builder.directory(lake.root.toFile).redirectErrorStream(true).redirectOutput(log.toFile)
    val process = builder.start()
    val ended = process.waitFor(150, TimeUnit.SECONDS)
    if (!ended) process.destroyForcibly()
    Ended(if (ended) Some(process.exitValue()) else None, new String(Files.readAllBytes(log), "UTF-8"))
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

  /**
   * @param without an entry that it lacks
   * @param line the Spark that it says it is for, where that is another
   */
  def agentJar(without: String = "", line: String = ""): Path = {
    val name = Seq("makoto-agent", without.map(letter => if (letter.isLetterOrDigit) letter else '-'), line).filter(_.nonEmpty).mkString("", "-", ".jar")
    val ours = (entry: String) => entry.startsWith("dev/makoto/") && entry != without || entry.startsWith("org/apache/spark/sql/makoto/")
    if (line.isEmpty) jar(name, agentParts, ours)
    else jar(name, agentParts, entry => ours(entry) && entry != Line, Map(Line -> s"spark=$line\nscala=2.12\n".getBytes("US-ASCII")))
  }

  private def jar(name: String, parts: Seq[File], wanted: String => Boolean, more: Map[String, Array[Byte]] = Map.empty): Path = {
    val file = target.resolve("test-jars").resolve(name)
    Files.createDirectories(file.getParent)
    val out = new ZipOutputStream(new FileOutputStream(file.toFile))
    def put(entry: String, bytes: Array[Byte]): Unit = {
      out.putNextEntry(new ZipEntry(entry))
      out.write(bytes)
      out.closeEntry()
    }
    def add(entry: String, bytes: => Array[Byte]): Unit = if (wanted(entry) && !entry.endsWith("/")) put(entry, bytes)
    more.foreach { case (entry, bytes) => put(entry, bytes) }
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

  def readAll(in: java.io.InputStream): Array[Byte] = {
    val out = new java.io.ByteArrayOutputStream
    val buffer = new Array[Byte](1 << 16)
    Iterator.continually(in.read(buffer)).takeWhile(_ >= 0).foreach(out.write(buffer, 0, _))
    in.close()
    out.toByteArray
  }
}
