package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.DirectoryRule;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.ScanFacts;
import dev.makoto.evidence.statement.Location;
import dev.makoto.evidence.statement.Names;
import java.io.IOException;
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
    Set<ReadDataset> touched = new LinkedHashSet<ReadDataset>();
    for (String rootUri : scan.rootUris) {
      String key = Location.keyOf(rootUri);
      if (!datasetByRoot.containsKey(key)) datasetByRoot.put(key, datasetRootOf(key));
      // A scan that found no file read datasets all the same: empty ones.
      if (scan.files.isEmpty()) touched.add(datasetAt(datasetByRoot.get(key), rootUri, datasets));
    }
    for (ReadFile file : scan.files) {
      String key = Location.keyOf(file.uri);
      ReadDataset dataset = datasetAt(rootOf(key, datasetByRoot), file.uri, datasets);
      dataset.files.put(Location.below(dataset.root, key), file);
      touched.add(dataset);
    }
    for (ReadDataset dataset : touched) dataset.addScan(scan.rddIds, touched.size() == 1 ? scan.records : -1);
  }

  /** @param uri of something in it, as the job spells it */
  private static ReadDataset datasetAt(String root, String uri, Map<String, ReadDataset> datasets) throws RefusedException {
    ReadDataset dataset = datasets.get(root);
    if (dataset != null) return dataset;
    dataset = new ReadDataset(Names.datasetName(root), root);
    int colon = uri.indexOf(':');
    dataset.uri = uri.startsWith("/") || colon < 1 ? root : uri.substring(0, colon) + root.substring(root.indexOf(':'));
    datasets.put(root, dataset);
    return dataset;
  }

  private String datasetRootOf(String root) throws IOException {
    String candidate = root;
    for (int i = 0; candidate != null && i < MAX_ANCESTORS; i++) {
      Attested newest = known.newest(Names.datasetName(candidate));
      if (isOf(newest, candidate) && (candidate.equals(root) || !newest.isFile() && DirectoryRule.isData(Location.below(candidate, root)))) return candidate;
      candidate = Location.parentOf(candidate);
    }
    return root;
  }

  /** Whether it lies there, or is called after the place: what was attested through a copy lies where the copy did. */
  static boolean isOf(Attested newest, String place) throws RefusedException {
    if (newest == null) return false;
    return newest.root.equals(place) || newest.name.equals(Names.datasetName(place)) && Names.uriOf(newest.name).equals(place);
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
