import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Five datasets about penguins, each written in another way: {@code Penguins penguins.csv lake [dataset]}. Prints how many rows each
 * holds when it is read again.
 */
public final class Penguins {
  private static final int[] YEARS = {2007, 2008, 2009};
  private static final String SCHEMA = "species STRING, island STRING, bill_length_mm DOUBLE, bill_depth_mm DOUBLE, "
      + "flipper_length_mm INT, body_mass_g INT, sex STRING, year INT";

  private final SparkSession spark;
  private final Dataset<Row> penguins;
  private final String lake;

  private Penguins(SparkSession spark, String raw, String lake) {
    this.spark = spark;
    this.penguins = spark.read().schema(SCHEMA).option("header", true).option("nullValue", "NA").csv(raw);
    this.lake = lake;
  }

  public static void main(String[] arguments) {
    SparkSession spark = SparkSession.builder().appName("penguins").getOrCreate();
    Penguins job = new Penguins(spark, arguments[0], arguments[1]);
    Map<String, Supplier<Dataset<Row>>> datasets = new LinkedHashMap<>();
    datasets.put("measured", job::keepMeasured);
    datasets.put("by_year", job::appendYears);
    datasets.put("by_island", job::correctOneIsland);
    datasets.put("species", job::fillTable);
    datasets.put("heavy", job::findHeavy);
    if (arguments.length > 2) datasets.keySet().removeIf(name -> !name.equals(arguments[2]));
    datasets.forEach((name, write) -> System.out.println(name + "=" + write.get().count()));
    spark.stop();
  }

  /** JSON, in one write. */
  private Dataset<Row> keepMeasured() {
    penguins.na().drop().write().mode("overwrite").json(lake + "/measured");
    return spark.read().schema(SCHEMA).json(lake + "/measured");
  }

  /** ORC, a year after the other. */
  private Dataset<Row> appendYears() {
    for (int year : YEARS) penguins.filter(col("year").equalTo(year)).write().mode("append").orc(lake + "/by_year");
    return spark.read().orc(lake + "/by_year");
  }

  /** Parquet in partitions, of which one is replaced. */
  private Dataset<Row> correctOneIsland() {
    String place = lake + "/by_island";
    penguins.write().partitionBy("island").parquet(place);
    Dataset<Row> corrected = penguins.filter(col("island").equalTo("Dream").and(col("sex").isNotNull()));
    corrected.write().partitionBy("island").mode("overwrite").option("partitionOverwriteMode", "dynamic").parquet(place);
    return spark.read().parquet(place);
  }

  /** A table of the session's catalogue, filled by name. */
  private Dataset<Row> fillTable() {
    for (int year : YEARS) {
      Dataset<Row> counted = penguins.filter(col("year").equalTo(year)).groupBy("species").agg(count(lit(1)).as("penguins"));
      if (year == YEARS[0]) counted.write().saveAsTable("species");
      else counted.write().insertInto("species");
    }
    return spark.table("species");
  }

  /** CSV, from what this job has written before. */
  private Dataset<Row> findHeavy() {
    Dataset<Row> islands = spark.read().parquet(lake + "/by_island");
    Dataset<Row> mean = islands.groupBy("island").agg(avg("body_mass_g").as("mean"));
    Dataset<Row> heavy = islands.join(mean, "island").filter(col("body_mass_g").gt(col("mean")));
    heavy.write().option("header", true).csv(lake + "/heavy");
    return spark.read().schema(heavy.schema()).option("header", true).csv(lake + "/heavy");
  }
}
