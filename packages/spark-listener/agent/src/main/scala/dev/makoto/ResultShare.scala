package dev.makoto

import org.apache.spark.{SparkConf, SparkEnv, TaskContext}

/**
 * How many bytes of a task's result may be ours. Spark loses a job whose results together are larger than `spark.driver.maxResultSize`,
 * so that all tasks of a stage together take a small part of it.
 */
private[makoto] object ResultShare {
  private val Setting = "spark.driver.maxResultSize"
  private val Default = "1g"
  private val Part = 10

  /** What the task on this thread may send. */
  def ofTask: Long =
    of(Option(SparkEnv.get).map(_.conf).getOrElse(new SparkConf(false)), Option(TaskContext.get).map(_.numPartitions()).getOrElse(1))

  /** @param tasks of the stage, all of which may write as much */
  def of(conf: SparkConf, tasks: Int): Long = {
    val most = conf.getSizeAsBytes(Setting, Default)
    // 0 means that Spark sets no limit; the driver's memory has one all the same.
    val limit = if (most > 0) most else new SparkConf(false).getSizeAsBytes(Setting, Default)
    limit / Part / math.max(1, tasks)
  }
}
