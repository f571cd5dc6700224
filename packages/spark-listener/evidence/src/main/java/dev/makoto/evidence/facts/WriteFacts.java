package dev.makoto.evidence.facts;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One dataset that an execution wrote. Filled by one thread, then handed over. */
public final class WriteFacts {
  /** Catalog table as {@code catalog.schema.table}; null where the dataset is a path. */
  public String tableName;
  /** Location of the dataset, not percent-encoded. */
  public String rootUri = "";
  /** {@code overwrite}, {@code append}, {@code dynamic-overwrite} or {@code create}. */
  public String mode = "overwrite";
  /**
   * The partition that a {@code dynamic-overwrite} has replaced, as a path below the root ({@code year=2026/month=1}), whatever was written
   * into it; null where the partitions of the written files were.
   */
  public String replacedPartition;
  public String operation = "";
  public String format = "";
  public final List<String> partitionColumns = new ArrayList<String>();
  public final List<WrittenFile> files = new ArrayList<WrittenFile>();
  /** Rows written; -1 where unknown. */
  public long records = -1;
  /**
   * Whether {@link #files} is the complete list of what this execution wrote. False: the worker lists the directory after the commit
   * and hashes what it finds there.
   */
  public boolean filesComplete = true;
  /** What went wrong with this write only. */
  public final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
}
