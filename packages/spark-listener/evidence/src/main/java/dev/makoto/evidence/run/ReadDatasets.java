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
    this.singleFiles = new SingleFiles(files, time);
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
    Map<String, Map<String, ReadFile>> observed = new LinkedHashMap<String, Map<String, ReadFile>>();
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
      if (!files.containsKey(key)) continue;
      if (attested == null) single.put(key, files.get(key));
      else if (!attested.equals(key) && !wasProduced(attested)) {
        observed.computeIfAbsent(attested, directory -> new LinkedHashMap<String, ReadFile>()).put(key, files.get(key));
      }
    }
    for (Map.Entry<String, Map<String, ReadFile>> below : observed.entrySet()) {
      Map<String, ReadFile> strangers = strangers(below.getKey(), below.getValue());
      for (String file : strangers.keySet()) datasetByRoot.put(file, file);
      single.putAll(strangers);
    }
    datasetByRoot.putAll(singleFiles.gather(single));
    return datasetByRoot;
  }

  /**
   * Those of the files, by key, that a directory takes no more which was merely found: it may have grown since, and its next version is
   * all of it. What stands in its version as it was planned belongs to it, and all do that are most of it now.
   */
  private Map<String, ReadFile> strangers(String directory, Map<String, ReadFile> files) throws IOException {
    Attested newest = known.newest(Names.datasetName(directory));
    Map<String, ReadFile> read = new LinkedHashMap<String, ReadFile>();
    Map<String, ReadFile> strangers = new LinkedHashMap<String, ReadFile>();
    for (Map.Entry<String, ReadFile> entry : files.entrySet()) {
      String path = Location.below(directory, entry.getKey());
      ReadFile file = entry.getValue();
      read.put(path, file);
      if (newest == null || newest.indexedDigestOf(path, file.size, file.mtime) == null) strangers.put(entry.getKey(), file);
    }
    // What is little of that version is not worth a listing.
    boolean perhapsMost = newest == null || newest.files == null || newest.files.size() <= 2 * read.size();
    if (!strangers.isEmpty() && perhapsMost && singleFiles.isMostOf(directory, read)) strangers.clear();
    return strangers;
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

  private boolean wasProduced(String root) throws IOException {
    String name = Names.datasetName(root);
    Attested newest = known.newest(name);
    return newest != null && known.wasProduced(name, newest);
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
