package example

import java.util.concurrent.ForkJoinPool

import org.apache.spark.sql.SparkSession

/** An ordinary job that writes on a thread of a ForkJoinPool, as parallel streams and `.par` do: since Java 9 it knows the class path only. */
object PoolJob {
  def main(arguments: Array[String]): Unit = {
    val spark = SparkSession.builder().getOrCreate()
    val pool = new ForkJoinPool(1)
    val write: Runnable = () => spark.range(400).selectExpr("id", "id % 3 AS p").repartition(4).write.partitionBy("p").parquet(arguments(0))
    pool.submit(write).get()
    pool.shutdown()
    println(s"rows=${spark.read.parquet(arguments(0)).count()}")
  }
}
