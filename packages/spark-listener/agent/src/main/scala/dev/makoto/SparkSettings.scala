package dev.makoto

import java.io.{File, FileInputStream, IOException}
import java.nio.file.Files
import java.util.{HashMap => JHashMap, Properties}

import scala.collection.JavaConverters._
import scala.util.Try

import dev.makoto.evidence.{Configuration, ConfigurationException}

import org.apache.spark.SparkConf

/** What the agent reads from, and adds to, the application's SparkConf. Additions are appended; what was configured stays in force. */
private[makoto] object SparkSettings {
  private val Extensions = "spark.sql.extensions"
  private val OnFailure = "on-failure"
  private val Protocol = "spark.sql.sources.commitProtocolClass"
  private val Delegate = "spark.makoto.internal.commitProtocol"
  private val HashesWhileWriting = "spark.makoto.internal.hashWhileWriting"

  /** Marks our own jobs, so that we don't attest ourselves. */
  val OwnJob = "spark.makoto.internal.job"

  /** Protocols whose committed file has the name of the task's file, in the directory that was asked for. */
  private val NameKeepers = Set(
    "org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol",
    "org.apache.spark.internal.io.HadoopMapReduceCommitProtocol",
    "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol")

  /** @throws ConfigurationException also where a file can't be read: nobody knows then what it allows */
  def configuration(conf: SparkConf, files: Seq[File] = administratorsFiles): Configuration = {
    val settings = new JHashMap[String, String]
    conf.getAll.foreach { case (key, value) => settings.put(key, value) }
    Configuration.under(settings, files.map(read).asJava)
  }

  /** A file that can't be read demands nothing that anybody could know: the others and the job's own settings decide. */
  def isStrict(conf: SparkConf, files: Seq[File] = administratorsFiles): Boolean =
    isStrictUnder(conf, files.flatMap(file => Try(read(file)).toOption))

  /** Whether a run that can't be attested must not start; this can be asked where another setting makes no sense. */
  def isStrictUnder(conf: SparkConf, administrators: Seq[Properties]): Boolean = {
    val settings = new JHashMap[String, String]
    conf.getAll.foreach { case (key, value) => if (key.endsWith(OnFailure)) settings.put(key, value) }
    val houses = administrators.map { file =>
      val house = new Properties
      file.asScala.foreach { case (key, value) => if (key.endsWith(OnFailure) || key == "locked") house.setProperty(key, value) }
      house
    }
    Harmless("see whether it may fail", false)(Configuration.under(settings, houses.asJava).onFailure == Configuration.OnFailure.FAIL)
  }

  /** Makes `makoto_hash` known to the sessions to come. */
  def addExtension(conf: SparkConf): Unit = {
    val ours = classOf[MakotoExtensions].getName
    val configured = conf.get(Extensions, "").split(',').map(_.trim).filter(_.nonEmpty)
    if (!configured.contains(ours)) conf.set(Extensions, (configured :+ ours).mkString(","))
  }

  /** Puts our commit protocol before the configured one. */
  def addCommitProtocol(conf: SparkConf, outputs: Configuration.Outputs): Unit = {
    val ours = classOf[MakotoCommitProtocol].getName
    conf.getOption(Protocol).filter(_ != ours).foreach(conf.set(Delegate, _))
    conf.set(Protocol, ours)
    conf.set(HashesWhileWriting, (outputs == Configuration.Outputs.WRITE).toString)
  }

  /** @param ofSpark the protocol of a Spark where none is configured; a vendor's may have one of its own */
  def delegateProtocol(conf: SparkConf, ofSpark: => String): String = conf.get(Delegate, ofSpark)

  def hashesWhileWriting(conf: SparkConf): Boolean = conf.getBoolean(HashesWhileWriting, defaultValue = true)

  def keepsFileNames(protocol: String): Boolean = NameKeepers.contains(protocol)

  /** Files that user code in this JVM can't change; their `locked` keys win. */
  def administratorsFiles: Seq[File] = administratorsFiles(new File("/etc"), Option(System.getenv("SPARK_CONF_DIR")))

  /** The machine's file ranks first: in client mode `SPARK_CONF_DIR` is whatever the one who submits says. */
  def administratorsFiles(machine: File, sparkConfDir: Option[String]): Seq[File] = {
    val name = "makoto.properties"
    val places = new File(new File(machine, "makoto"), name) +: sparkConfDir.map(new File(_, name)).toSeq
    // A file behind a folder that we may not enter is there.
    places.filterNot(place => Files.notExists(place.toPath))
  }

  private def read(file: File): Properties =
    try {
      val properties = new Properties
      val in = new FileInputStream(file)
      try properties.load(in)
      finally in.close()
      properties
    } catch {
      case cause @ (_: IOException | _: IllegalArgumentException) =>
        throw new ConfigurationException("properties", s"the administrator's file can't be read: $file", cause)
    }
}
