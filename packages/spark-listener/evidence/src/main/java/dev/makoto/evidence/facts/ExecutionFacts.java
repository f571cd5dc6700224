package dev.makoto.evidence.facts;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What one root SQL execution read, did and wrote. Filled by one thread, then handed to the worker. */
public final class ExecutionFacts {
  public final String executionId;
  /** Hex of H(UTF-8 of the analysed plan's text); null where there is none. */
  public String planDigest;
  /** Milliseconds since the epoch. */
  public long startedOn;
  public long finishedOn;
  public boolean failed;
  public final List<ScanFacts> scans = new ArrayList<ScanFacts>();
  public final List<UnresolvedInput> unresolved = new ArrayList<UnresolvedInput>();
  public final List<WriteFacts> writes = new ArrayList<WriteFacts>();
  public final List<StageFacts> stages = new ArrayList<StageFacts>();
  /** What could not be seen; goes into the completeness of every statement of this execution. */
  public final Set<Reason> reasons = EnumSet.noneOf(Reason.class);

  public ExecutionFacts(String executionId) {
    this.executionId = executionId;
  }
}
