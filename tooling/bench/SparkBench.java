import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * The measured job: plain user code. {@code small <executions> <dir>} reads and writes many small datasets,
 * {@code write <megabytes> <dir>} writes one large one. Prints a line of JSON: milliseconds of wall time and of the
 * process's CPU from the end of the warm-up until the context has stopped, and the CPU of the agent's own threads.
 */
public final class SparkBench {
  private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  public static void main(String[] arguments) {
    String mode = arguments[0];
    int amount = Integer.parseInt(arguments[1]);
    String directory = Path.of(arguments[2]).toUri().toString();
    SparkSession spark = SparkSession.builder().getOrCreate();
    boolean small = mode.equals("small");
    if (small) {
      prepareInputs(spark, directory);
      copySmall(spark, directory, "warm", 40);
    } else {
      writeLarge(spark, directory + "/warm", 64);
    }
    long wall = System.nanoTime();
    long cpu = SYSTEM.getProcessCpuTime();
    if (small) {
      copySmall(spark, directory, "out", amount);
    } else {
      writeLarge(spark, directory + "/out", amount);
    }
    long agent = sumAgentCpu();
    spark.stop();
    System.out.printf(
        "{\"wall\":%d,\"cpu\":%d,\"agent\":%d}%n",
        (System.nanoTime() - wall) / 1_000_000, (SYSTEM.getProcessCpuTime() - cpu) / 1_000_000, agent / 1_000_000);
  }

  private static void prepareInputs(SparkSession spark, String directory) {
    for (int i = 0; i < 10; i++) {
      spark.range(0, 2_000, 1, 2).selectExpr("id", "id % 97 as k", "cast(id as string) as s").write().mode(SaveMode.Overwrite)
          .parquet(directory + "/in/" + i);
    }
  }

  private static void copySmall(SparkSession spark, String directory, String name, int executions) {
    for (int i = 0; i < executions; i++) {
      spark.read().parquet(directory + "/in/" + i % 10).filter("k <> " + i % 97).selectExpr("k", "upper(s) as s").write()
          .mode(SaveMode.Overwrite).parquet(directory + "/" + name + "/" + i);
    }
  }

  /** About a megabyte of parquet for each 13,100 rows: 72 bytes of text that does not compress, and two numbers. */
  private static void writeLarge(SparkSession spark, String path, int megabytes) {
    long rows = megabytes * 13_100L;
    spark.range(0, rows, 1, 8).selectExpr("id", "sha2(cast(id as string), 256) as digest", "hash(id) as h").write()
        .mode(SaveMode.Overwrite).parquet(path);
  }

  private static long sumAgentCpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      java.lang.management.ThreadInfo info = threads.getThreadInfo(id);
      if (info != null && info.getThreadName().toLowerCase(java.util.Locale.ROOT).contains("makoto")) {
        sum += Math.max(0, threads.getThreadCpuTime(id));
      }
    }
    return sum;
  }
}
