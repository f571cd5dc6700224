package example

import org.apache.spark.sql.SparkSession

/** An ordinary job: writes a partitioned dataset where its argument says, and does not bother to stop its session. */
object ClusterJob {
  def main(arguments: Array[String]): Unit = {
    val spark = SparkSession.builder().getOrCreate()
    spark.range(400).selectExpr("id", "id % 3 AS p").repartition(4).write.partitionBy("p").parquet(arguments(0))
    println(s"rows=${spark.read.parquet(arguments(0)).count()}")
  }
}
