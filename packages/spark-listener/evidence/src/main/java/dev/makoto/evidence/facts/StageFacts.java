package dev.makoto.evidence.facts;

import java.util.ArrayList;
import java.util.List;

/** One attempt of one stage; numbers count successful task attempts only. */
public final class StageFacts {
  public final int stageId;
  public final int attempt;
  public String name = "";
  public final List<Integer> parents = new ArrayList<Integer>();
  public final List<Integer> jobIds = new ArrayList<Integer>();
  /** RDDs computed by this stage; a scan with one of them is an input of the stage. */
  public final List<Integer> rddIds = new ArrayList<Integer>();
  /** {@code succeeded} or {@code failed}. */
  public String outcome = "succeeded";
  public int tasks;
  public int tasksSucceeded;
  public int attemptsFailed;
  public long submittedOn;
  public long completedOn;
  public long recordsRead;
  public long bytesRead;
  public long recordsWritten;
  public long bytesWritten;
  public long shuffleBytesRead;
  public long shuffleBytesWritten;

  public StageFacts(int stageId, int attempt) {
    this.stageId = stageId;
    this.attempt = attempt;
  }
}
