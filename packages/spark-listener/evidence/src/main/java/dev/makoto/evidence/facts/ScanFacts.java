package dev.makoto.evidence.facts;

import java.util.ArrayList;
import java.util.List;

/** One scan of files in an executed plan. Filled by one thread, then handed over. */
public final class ScanFacts {
  /** Resolved root paths of the relation, globs expanded, not percent-encoded. */
  public final List<String> rootUris = new ArrayList<String>();
  /** Exactly the files that were read, each once. */
  public final List<ReadFile> files = new ArrayList<ReadFile>();
  /** RDDs of the scan: says which stages read it. */
  public final List<Integer> rddIds = new ArrayList<Integer>();
  /** Rows read; -1 where unknown. */
  public long records = -1;
  public String format = "";
}
