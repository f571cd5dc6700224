package dev.makoto

import dev.makoto.evidence.{Configuration, Log}
import dev.makoto.evidence.digest.LocalHasher
import dev.makoto.evidence.facts.{DataFiles, RunFacts}
import dev.makoto.evidence.run.{Run, RunEnd, RunServices, WaitingWrites}
import dev.makoto.hadoop.{HadoopDataFiles, HadoopStore}

import org.apache.hadoop.fs.Path

import org.apache.spark.{SparkConf, SparkContext}
import org.apache.spark.sql.makoto.SparkBridge

/** Opens a run over Hadoop's file systems. */
private[makoto] final class RunOpening(conf: SparkConf, configuration: Configuration) {
  private lazy val hadoop = SparkBridge.hadoopConfiguration(conf)
  private val hashingEnd = new HashingEnd
  private val runEnd = new RunEnd
  private lazy val hasher = new ExecutorHasher(new LocalHasher(hashingEnd.over(files)))

  val waiting = new WaitingWrites

  lazy val files: DataFiles = new HadoopDataFiles(hadoop)

  val log: Log = AgentLog

  def isStrict: Boolean = configuration.onFailure == Configuration.OnFailure.FAIL

  /** Lets digests of large files be made by the context's executors. */
  def attach(context: SparkContext): Unit = hasher.attach(context)

  /** The application is ending: what can't be hashed by then stays unhashed, and no timestamp is waited for any longer. */
  def endWaitingBy(time: Long): Unit = {
    hashingEnd.set(time)
    runEnd.set(time)
  }

  def open(facts: RunFacts): Either[Throwable, Run] =
    try {
      val sink = new Path(configuration.sink)
      val services = new RunServices(new HadoopStore(sink.getFileSystem(hadoop), sink), files)
      services.hasher = hasher
      services.log = log
      services.end = runEnd
      services.waiting = waiting
      Right(Run.start(facts, configuration, services))
    } catch {
      case cause: Throwable =>
        log.warn("Makoto attests nothing: the run could not be opened", cause)
        Left(cause)
    }
}
