package dev.makoto

import java.util.{HashMap => JHashMap, Map => JMap}

import dev.makoto.AttestationListener.{DELEGATE, EXTENSIONS, HASHES_WHILE_WRITING, PROTOCOL}
import dev.makoto.evidence.{AdministratorFiles, Configuration, Strictness}

import org.apache.spark.SparkConf

/** What the agent reads from, and adds to, the application's SparkConf. Additions are appended; what was configured stays in force. */
private[makoto] object SparkSettings {
  /** Marks our own jobs, so that we don't attest ourselves. */
  val OwnJob = "spark.makoto.internal.job"

  /** Protocols whose committed file has the name of the task's file, in the directory that was asked for. */
  private val NameKeepers = Set(
    "org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol",
    "org.apache.spark.internal.io.HadoopMapReduceCommitProtocol",
    "org.apache.spark.internal.io.cloud.PathOutputCommitProtocol")

  /** @throws dev.makoto.evidence.ConfigurationException also where an administrator's file can't be read */
  def configuration(conf: SparkConf, administrators: AdministratorFiles = AdministratorFiles.ofMachine): Configuration =
    Configuration.under(settings(conf), administrators.read())

  /** Whether a run that can't be attested must not start. */
  def isStrict(conf: SparkConf, administrators: AdministratorFiles): Boolean =
    Strictness.isDemanded(settings(conf), administrators.readable())

  private def settings(conf: SparkConf): JMap[String, String] = {
    val settings = new JHashMap[String, String]
    conf.getAll.foreach { case (key, value) => settings.put(key, value) }
    settings
  }

  /** Makes `makoto_hash` known to the sessions to come. */
  def addExtension(conf: SparkConf): Unit = {
    val ours = classOf[MakotoExtensions].getName
    val configured = conf.get(EXTENSIONS, "").split(',').map(_.trim).filter(_.nonEmpty)
    if (!configured.contains(ours)) conf.set(EXTENSIONS, (configured :+ ours).mkString(","))
  }

  /**
   * Puts our commit protocol before the configured one, where every thread that may write can load it, or where somebody has named it
   * already, who knows the job's threads.
   *
   * @return whether it stands there
   */
  def addCommitProtocol(conf: SparkConf, outputs: Configuration.Outputs, everyThreadKnowsUs: => Boolean = ThreadReach.knowsUs): Boolean = {
    val ours = classOf[MakotoCommitProtocol].getName
    val configured = conf.getOption(PROTOCOL)
    val stands = configured.contains(ours) || everyThreadKnowsUs
    if (stands) {
      configured.filter(_ != ours).foreach(conf.set(DELEGATE, _))
      conf.set(PROTOCOL, ours)
      conf.set(HASHES_WHILE_WRITING, (outputs == Configuration.Outputs.WRITE).toString)
    }
    stands
  }

  /** @param ofSpark the protocol of a Spark where none is configured; a vendor's may have one of its own */
  def delegateProtocol(conf: SparkConf, ofSpark: => String): String = conf.get(DELEGATE, ofSpark)

  def hashesWhileWriting(conf: SparkConf): Boolean = conf.getBoolean(HASHES_WHILE_WRITING, defaultValue = true)

  def keepsFileNames(protocol: String): Boolean = NameKeepers.contains(protocol)
}
