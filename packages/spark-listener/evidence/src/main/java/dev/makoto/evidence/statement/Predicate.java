package dev.makoto.evidence.statement;

/** The predicate types that the agent writes, and the types of its transforms. @see SPEC §1, FORMATS §3 */
public final class Predicate {
  public static final String STATEMENT = "https://in-toto.io/Statement/v1";
  public static final String ORIGIN = "https://makoto.dev/origin/v1";
  public static final String TRANSFORM = "https://makoto.dev/transform/v1";
  public static final String RUN = "https://makoto.dev/run/v1";
  public static final String DBOM = "https://makoto.dev/dbom/v1";
  public static final String SPARK_BATCH = "https://makoto.dev/transforms/spark-batch";
  public static final String SPARK_STAGE = "https://makoto.dev/transforms/spark-stage";

  private Predicate() {}
}
