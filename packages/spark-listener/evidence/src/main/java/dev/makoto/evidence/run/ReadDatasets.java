package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.ScanFacts;
import dev.makoto.evidence.statement.Location;
import dev.makoto.evidence.statement.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sorts the files of scans into datasets: the longest ancestor that is attested, else the root that was read. @see FORMATS §2 */
final class ReadDatasets {
  private static final int MAX_ANCESTORS = 64;

  private final KnownAttestations known;

  ReadDatasets(KnownAttestations known) {
    this.known = known;
  }

  Collection<ReadDataset> of(List<ScanFacts> scans, InputSet inputs) throws IOException {
    Map<String, ReadDataset> datasets = new LinkedHashMap<String, ReadDataset>();
    for (ScanFacts scan : scans) {
      try {
        sort(scan, datasets);
      } catch (RefusedException unnameable) {
        inputs.addUnresolved("unnameable", Reason.INPUT_WITHOUT_DIGEST, scan.rddIds);
      }
    }
    return datasets.values();
  }

  private void sort(ScanFacts scan, Map<String, ReadDataset> datasets) throws IOException {
    Map<String, String> datasetByRoot = new LinkedHashMap<String, String>();
    for (String rootUri : scan.rootUris) {
      String root = Location.keyOf(rootUri);
      if (!datasetByRoot.containsKey(root)) datasetByRoot.put(root, datasetRootOf(root));
    }
    Set<ReadDataset> touched = new LinkedHashSet<ReadDataset>();
    for (ReadFile file : scan.files) {
      String key = Location.keyOf(file.uri);
      String root = rootOf(key, datasetByRoot);
      ReadDataset dataset = datasets.get(root);
      if (dataset == null) datasets.put(root, dataset = new ReadDataset(Names.datasetName(root), root));
      dataset.files.put(Location.below(root, key), file);
      touched.add(dataset);
    }
    // A scan that found no file read datasets all the same: empty ones.
    for (String root : scan.files.isEmpty() ? new ArrayList<String>(datasetByRoot.values()) : new ArrayList<String>()) {
      if (!datasets.containsKey(root)) datasets.put(root, new ReadDataset(Names.datasetName(root), root));
      touched.add(datasets.get(root));
    }
    for (ReadDataset dataset : touched) dataset.addScan(scan.rddIds, touched.size() == 1 ? scan.records : -1);
  }

  private String datasetRootOf(String root) throws IOException {
    String candidate = root;
    for (int i = 0; candidate != null && i < MAX_ANCESTORS; i++) {
      Attested newest = known.newest(Names.datasetName(candidate));
      boolean covers = newest != null && newest.root.equals(candidate) && (candidate.equals(root) || !newest.isFile());
      if (covers) return candidate;
      candidate = Location.parentOf(candidate);
    }
    return root;
  }

  /** The dataset's root for a file: that of the longest root above it; a file under no root is its own. */
  private static String rootOf(String key, Map<String, String> datasetByRoot) {
    String best = null;
    for (String root : datasetByRoot.keySet()) {
      if (Location.below(root, key) != null && (best == null || root.length() > best.length())) best = root;
    }
    return best == null ? key : datasetByRoot.get(best);
  }
}
