package dev.makoto

import java.io.File
import java.nio.file.Files

import org.apache.spark.SparkContext
import org.apache.spark.sql.makoto.SparkBridge

/**
 * Whether executors can load our classes. Where that is not certain the answer is no: a task that can't be deserialised would fail
 * the job, a missing digest does not.
 */
private[makoto] object ExecutorReach {
  /** Where the jars are listed that every executor has from its start: by Spark itself, and by YARN's client. */
  private val SparksJars = Seq("spark.jars")
  private val YarnsJars = Seq("spark.yarn.dist.jars", "spark.yarn.secondary.jars")
  private val FirstThatInherits = 6

  /** Asked for each write job, so a local context, whose executor is this JVM, is spared the search. */
  def knowsUs(context: SparkContext): Boolean = context.isLocal || areShipped(context)

  private def areShipped(context: SparkContext): Boolean = {
    val conf = context.getConf
    val ours = new File(getClass.getProtectionDomain.getCodeSource.getLocation.toURI)
    def isOurs(entry: String): Boolean = nameOf(entry) == ours.getName
    val ofSession = SparkBridge.isOfSession
    val listed = listsOf(ofSession, context.version).flatMap(key => conf.get(key, "").split(','))
    // A jar that was added later comes to executors with the tasks of the session that it was added to.
    val shipped = if (ofSession) listed else context.listJars() ++ listed
    ours.isFile && (shipped.exists(isOurs) || onClassPath(conf.get("spark.executor.extraClassPath", ""), ours))
  }

  /**
   * Which lists count. Up to Spark 3.5.5 a session's class loader on an executor knows the class path and what YARN puts on it, not what
   * `--jars` gave to the application (SPARK-51537).
   */
  def listsOf(ofSession: Boolean, sparkVersion: String): Seq[String] =
    if (ofSession && !inheritsJars(sparkVersion)) YarnsJars else SparksJars ++ YarnsJars

  private def inheritsJars(sparkVersion: String): Boolean =
    sparkVersion.split("[^0-9]+").take(3).filter(_.nonEmpty).map(_.toInt) match {
      case Array(3, 5, patch) => patch >= FirstThatInherits
      case Array(major, _, _) => major >= 4
      case _ => false
    }

  /**
   * A class path is a promise that nobody keeps: an executor starts without a JAR that isn't there. The best sign is that ours lies
   * here, in the driver's view, where the executors are to look. In `local:/a.jar` the scheme is an entry of its own.
   */
  def onClassPath(classPath: String, ours: File): Boolean =
    classPath.split(File.pathSeparatorChar).map(entry => new File(entry.trim)).exists { entry =>
      entry.isAbsolute && entry.isFile && entry.getName == ours.getName && Files.isSameFile(entry.toPath, ours.toPath)
    }

  /** `s3://jars/a.jar#b.jar` arrives as `b.jar`. */
  private def nameOf(entry: String): String = entry.trim.split(Array('/', '#')).lastOption.getOrElse("")
}
