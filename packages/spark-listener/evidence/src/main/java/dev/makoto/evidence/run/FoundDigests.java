package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.statement.Location;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The digests of the files that were read of one dataset. */
final class FoundDigests {
  final ReadDataset dataset;
  private final Map<String, String> digests = new TreeMap<String, String>();
  private final Set<String> hashed = new HashSet<String>();
  private DigestSource source = DigestSource.ATTESTED;
  private Reason failure;
  private Attested version;

  private FoundDigests(ReadDataset dataset) {
    this.dataset = dataset;
  }

  /** What is known without reading: files of the size and time that they had when their digest was attested. */
  static FoundDigests known(ReadDataset dataset, Attested version, FileMemory memory) throws RefusedException {
    FoundDigests found = new FoundDigests(dataset);
    for (Map.Entry<String, ReadFile> read : dataset.files.entrySet()) {
      ReadFile file = read.getValue();
      String digest = memory.digestOf(Location.keyOf(file.uri), file.size, file.mtime);
      if (digest == null && version != null) {
        digest = version.indexedDigestOf(version.isFile() ? lastSegment(version.root) : read.getKey(), file.size, file.mtime);
      }
      if (digest != null) found.digests.put(read.getKey(), digest);
    }
    return found;
  }

  /** Whether every file that was read has its digest. */
  boolean isComplete() {
    return digests.size() == dataset.files.size();
  }

  /** Whether the file at this path was hashed now, and stayed the same meanwhile. */
  boolean isHashed(String path) {
    return hashed.contains(path);
  }

  /** The files whose digests are not known. */
  List<DataFile> unknown() {
    List<DataFile> unknown = new ArrayList<DataFile>();
    for (Map.Entry<String, ReadFile> read : dataset.files.entrySet()) {
      ReadFile file = read.getValue();
      if (!digests.containsKey(read.getKey())) unknown.add(new DataFile(file.uri, read.getKey(), file.size, file.mtime, false));
    }
    return unknown;
  }

  /** Takes what came of hashing them. */
  void take(FileHashing.Outcome outcome) throws RefusedException {
    for (DataFile file : unknown()) {
      String key = Location.keyOf(file.uri);
      String digest = outcome.digests.get(key);
      if (digest != null && hashed.add(file.path)) digests.put(file.path, digest);
      else failure = outcome.failures.containsKey(key) ? outcome.failures.get(key) : Reason.INTERNAL_ERROR;
    }
    source = DigestSource.AFTER_READ;
  }

  DigestSource source() {
    return source;
  }

  /** Why a digest is missing; null where none is. */
  Reason failure() {
    return failure;
  }

  /** @param version what now stands for the dataset, and says what else is in it */
  void standFor(Attested version) {
    this.version = version;
  }

  /** How many files the dataset has below this folder of it, as far as is known. */
  int filesBelow(String folderUri) throws RefusedException {
    String folder = Location.below(dataset.root, Location.keyOf(folderUri));
    if (version == null || version.files == null) return Integer.MAX_VALUE;
    if (folder.isEmpty()) return version.files.size();
    int files = 0;
    for (ManifestEntry file : version.files.entries()) {
      if (file.path.startsWith(folder + "/")) files++;
    }
    return files;
  }

  /** How many files of the version that stands for them lie in each of these folders itself, as far as that is known. */
  Map<String, Integer> filesIn(Collection<String> folderUris) throws RefusedException {
    Map<String, String> uris = new HashMap<String, String>();
    for (String folder : folderUris) uris.put(Location.below(dataset.root, Location.keyOf(folder)), folder);
    Map<String, Integer> files = new HashMap<String, Integer>();
    if (version == null || version.files == null) return files;
    for (ManifestEntry file : version.files.entries()) {
      String folder = uris.get(file.path.substring(0, Math.max(file.path.lastIndexOf('/'), 0)));
      if (folder != null) files.merge(folder, 1, Integer::sum);
    }
    return files;
  }

  /** The lowest folder of the dataset that has all of these in it. */
  String folderAbove(Collection<String> folderUris) throws RefusedException {
    String above = null;
    for (String folder : folderUris) {
      int end = above == null ? folder.length() : 0;
      while (above != null && end < Math.min(above.length(), folder.length()) && above.charAt(end) == folder.charAt(end)) end++;
      above = folder.substring(0, folder.lastIndexOf('/', end - 1) + 1);
    }
    boolean within = above != null && !above.isEmpty() && Location.below(dataset.root, Location.keyOf(above)) != null;
    return within ? above : dataset.uri;
  }

  /** Whether every file that was read stands in this version with the same digest. */
  boolean areIn(Attested version) throws RefusedException {
    if (version.isFile() != dataset.isFile()) return false;
    if (!version.isFile() && version.files == null) return manifest().sha256().equals(version.subject);
    for (Map.Entry<String, String> file : digests.entrySet()) {
      if (!file.getValue().equals(version.digestOf(file.getKey()))) return false;
    }
    return true;
  }

  /** The files that were read, as a manifest; a single file under its last segment. */
  Manifest manifest() throws RefusedException {
    List<ManifestEntry> entries = new ArrayList<ManifestEntry>(digests.size());
    for (Map.Entry<String, String> file : digests.entrySet()) {
      String path = file.getKey().isEmpty() ? lastSegment(dataset.root) : file.getKey();
      entries.add(new ManifestEntry(path, file.getValue(), dataset.files.get(file.getKey()).size));
    }
    return Manifest.of(entries);
  }

  static String lastSegment(String root) {
    return root.substring(root.lastIndexOf('/') + 1);
  }
}
