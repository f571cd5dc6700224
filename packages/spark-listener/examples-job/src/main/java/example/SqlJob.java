package example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the statements of an SQL file one after another: {@code SqlJob job.sql name=value …}. A {@code ${name}} in the file stands for
 * its value. After each query it prints the number of its rows.
 */
public final class SqlJob {
  private SqlJob() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      System.err.println("usage: SqlJob job.sql [name=value ...]");
      System.exit(2);
    }
    String script = new String(Files.readAllBytes(Paths.get(arguments[0])), StandardCharsets.UTF_8);
    for (int i = 1; i < arguments.length; i++) {
      int equals = arguments[i].indexOf('=');
      script = script.replace("${" + arguments[i].substring(0, equals) + "}", arguments[i].substring(equals + 1));
    }
    SparkSession spark = SparkSession.builder().getOrCreate();
    for (String statement : statementsOf(script)) {
      Dataset<Row> result = spark.sql(statement);
      String firstLine = statement.split("\n", 2)[0].trim();
      if (result.columns().length > 0) System.out.println(result.count() + " rows  " + firstLine);
      else System.out.println("done  " + firstLine);
    }
    spark.stop();
  }

  /** Statements end with a semicolon at the end of a line; lines that begin with two dashes are comments. */
  private static List<String> statementsOf(String script) {
    List<String> statements = new ArrayList<>();
    StringBuilder statement = new StringBuilder();
    for (String line : script.split("\r?\n")) {
      if (line.trim().startsWith("--")) continue;
      statement.append(line).append('\n');
      if (!line.trim().endsWith(";")) continue;
      String text = statement.toString().trim();
      statements.add(text.substring(0, text.length() - 1));
      statement.setLength(0);
    }
    if (!statement.toString().trim().isEmpty()) statements.add(statement.toString().trim());
    return statements;
  }
}
