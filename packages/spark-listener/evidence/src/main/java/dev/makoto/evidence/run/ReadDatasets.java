package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.DirectoryRule;
import dev.makoto.evidence.facts.DataFiles;
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
  private final SingleFiles singleFiles;
  private final WorkTime time;

  ReadDatasets(KnownAttestations known, DataFiles files, WorkTime time) {
    this.known = known;
    this.singleFiles = new SingleFiles(files);
    this.time = time;
  }

  Collection<ReadDataset> of(List<ScanFacts> scans, InputSet inputs) throws IOException {
    Map<String, ReadDataset> datasets = new LinkedHashMap<String, ReadDataset>();
    for (ScanFacts scan : scans) {
      try {
        sort(scan, datasets, inputs);
      } catch (RefusedException unnameable) {
        inputs.addUnresolved("unnameable", Reason.INPUT_WITHOUT_DIGEST, scan.rddIds);
      }
    }
    return datasets.values();
  }

  private void sort(ScanFacts scan, Map<String, ReadDataset> datasets, InputSet inputs) throws IOException {
    Map<String, ReadFile> files = new LinkedHashMap<String, ReadFile>();
    for (ReadFile file : scan.files) files.put(Location.keyOf(file.uri), file);
    Map<String, String> datasetByRoot = datasetsByRoot(scan, files, inputs);
    Set<ReadDataset> touched = new LinkedHashSet<ReadDataset>();
    for (String rootUri : scan.rootUris) {
      String root = datasetByRoot.get(Location.keyOf(rootUri));
      // A scan that found no file read datasets all the same: empty ones.
      if (scan.files.isEmpty() && root != null) touched.add(datasetAt(root, rootUri, datasets));
    }
    for (Map.Entry<String, ReadFile> file : files.entrySet()) {
      String root = rootOf(file.getKey(), datasetByRoot);
      if (root == null) continue;
      ReadDataset dataset = datasetAt(root, file.getValue().uri, datasets);
      dataset.files.put(Location.below(root, file.getKey()), file.getValue());
      touched.add(dataset);
    }
    for (ReadDataset dataset : touched) dataset.addScan(scan.rddIds, touched.size() == 1 ? scan.records : -1);
  }

  /** For each root's key that of its dataset; null where there is no time to ask for it. */
  private Map<String, String> datasetsByRoot(ScanFacts scan, Map<String, ReadFile> files, InputSet inputs) throws IOException {
    Map<String, String> datasetByRoot = new LinkedHashMap<String, String>();
    Map<String, ReadFile> single = new LinkedHashMap<String, ReadFile>();
    for (String rootUri : scan.rootUris) {
      String key = Location.keyOf(rootUri);
      if (datasetByRoot.containsKey(key)) continue;
      if (time.isOver()) {
        datasetByRoot.put(key, null);
        inputs.addUnresolved(Names.datasetName(key), time.reason(), scan.rddIds);
        continue;
      }
      String attested = attestedRootOf(key);
      datasetByRoot.put(key, attested == null ? key : attested);
      if (attested == null && files.containsKey(key)) single.put(key, files.get(key));
    }
    datasetByRoot.putAll(singleFiles.gather(single));
    return datasetByRoot;
  }

  /** @param uri of something in it, as the job spells it */
  private static ReadDataset datasetAt(String root, String uri, Map<String, ReadDataset> datasets) throws RefusedException {
    ReadDataset dataset = datasets.get(root);
    if (dataset != null) return dataset;
    dataset = new ReadDataset(Names.datasetName(root), root);
    dataset.uri = Location.spelt(root, uri);
    datasets.put(root, dataset);
    return dataset;
  }

  /** The longest path down to this root that has an attestation; null where none has. */
  private String attestedRootOf(String root) throws IOException {
    String candidate = root;
    for (int i = 0; candidate != null && i < MAX_ANCESTORS; i++) {
      Attested newest = known.newest(Names.datasetName(candidate));
      if (isOf(newest, candidate)
          && (candidate.equals(root) || !newest.isFile() && DirectoryRule.isData(Location.below(candidate, root)))) return candidate;
      candidate = Location.parentOf(candidate);
    }
    return null;
  }

  /** Whether it lies there, or is called after the place: what was attested through a copy lies where the copy did. */
  static boolean isOf(Attested newest, String place) throws RefusedException {
    if (newest == null) return false;
    return newest.root.equals(place) || newest.name.equals(Names.datasetName(place)) && Names.uriOf(newest.name).equals(place);
  }

  /** The dataset's root for a file: that of the nearest root above it; a file under no root is its own. */
  private static String rootOf(String key, Map<String, String> datasetByRoot) {
    for (String root = key; root != null; root = Location.parentOf(root)) {
      if (datasetByRoot.containsKey(root)) return datasetByRoot.get(root);
    }
    return key;
  }
}
