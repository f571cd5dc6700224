package dev.makoto

import java.io.File

import org.apache.spark.SparkContext

/**
 * Whether executors can load our classes. Where that is not certain the answer is no: a task that can't be deserialised would fail
 * the job, a missing digest does not.
 */
private[makoto] object ExecutorReach {
  /** Where jars that every executor gets are listed: by Spark itself, and by YARN's client. */
  private val ShippedJars = Seq("spark.jars", "spark.yarn.dist.jars", "spark.yarn.secondary.jars")

  def knowsUs(context: SparkContext): Boolean = {
    val conf = context.getConf
    val ours = new File(getClass.getProtectionDomain.getCodeSource.getLocation.toURI)
    def isOurs(entry: String): Boolean = nameOf(entry) == ours.getName
    val shipped = context.listJars() ++ ShippedJars.flatMap(key => conf.get(key, "").split(','))
    val classPath = conf.get("spark.executor.extraClassPath", "").split(File.pathSeparatorChar)
    context.isLocal || (ours.isFile && (shipped.exists(isOurs) || classPath.exists(isOurs)))
  }

  /** `s3://jars/a.jar#b.jar` arrives as `b.jar`. */
  private def nameOf(entry: String): String = entry.trim.split(Array('/', '#')).lastOption.getOrElse("")
}
