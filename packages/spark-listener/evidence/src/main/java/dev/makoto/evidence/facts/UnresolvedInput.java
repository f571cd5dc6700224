package dev.makoto.evidence.facts;

import java.util.ArrayList;
import java.util.List;

/** Something that was read and has no digest: a JDBC table, a Kafka topic, generated rows. */
public final class UnresolvedInput {
  public final String name;
  /** {@code generated}, {@code input-without-digest} or another of {@link Reason}. */
  public final String reason;
  public final List<Integer> rddIds = new ArrayList<Integer>();

  public UnresolvedInput(String name, String reason) {
    this.name = name;
    this.reason = reason;
  }
}
