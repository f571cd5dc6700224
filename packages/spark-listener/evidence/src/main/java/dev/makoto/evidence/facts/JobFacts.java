package dev.makoto.evidence.facts;

import java.util.ArrayList;
import java.util.List;

/** A job outside SQL: its stages are attested, its outputs are not known. */
public final class JobFacts {
  public final int jobId;
  /** The job group; null where there is none. */
  public String group;
  public boolean failed;
  public long startedOn;
  public long finishedOn;
  public final List<StageFacts> stages = new ArrayList<StageFacts>();
  public final List<ScanFacts> scans = new ArrayList<ScanFacts>();

  public JobFacts(int jobId) {
    this.jobId = jobId;
  }
}
