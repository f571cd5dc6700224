package dev.makoto.evidence.facts;

import java.util.Map;
import java.util.TreeMap;

/** The application whose run is attested. */
public final class RunFacts {
  public final String applicationId;
  /** The application's attempt, {@code "1"} where the cluster manager has none. */
  public final String attempt;
  public String applicationName = "";
  /** {@code spark}, {@code scala}, {@code java}, {@code makoto-spark} and their versions. */
  public final Map<String, String> versions = new TreeMap<String, String>();

  public RunFacts(String applicationId, String attempt) {
    this.applicationId = applicationId;
    this.attempt = attempt;
  }
}
