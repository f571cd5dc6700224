package dev.makoto

import java.io.File
import java.nio.file.Files

import org.apache.spark.SparkContext

/**
 * Whether executors can load our classes. Where that is not certain the answer is no: a task that can't be deserialised would fail
 * the job, a missing digest does not.
 */
private[makoto] object ExecutorReach {
  /** Where jars that every executor gets are listed: by Spark itself, and by YARN's client. */
  private val ShippedJars = Seq("spark.jars", "spark.yarn.dist.jars", "spark.yarn.secondary.jars")

  /** Asked for each write job, so a local context, whose executor is this JVM, is spared the search. */
  def knowsUs(context: SparkContext): Boolean = context.isLocal || areShipped(context)

  private def areShipped(context: SparkContext): Boolean = {
    val conf = context.getConf
    val ours = new File(getClass.getProtectionDomain.getCodeSource.getLocation.toURI)
    def isOurs(entry: String): Boolean = nameOf(entry) == ours.getName
    val shipped = context.listJars() ++ ShippedJars.flatMap(key => conf.get(key, "").split(','))
    ours.isFile && (shipped.exists(isOurs) || onClassPath(conf.get("spark.executor.extraClassPath", ""), ours))
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
