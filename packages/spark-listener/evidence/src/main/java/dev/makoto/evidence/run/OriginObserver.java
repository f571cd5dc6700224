package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.DirectoryRule;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Location;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.statement.Times;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** States where data came from that was merely found: {@code observed-at-read}. @see "FORMATS §3, docs/spec/predicates.md Origin" */
final class OriginObserver {
  private final RunContext run;
  private final DatasetAttester attester;
  private final FileMemory memory;
  private final FileHashing hashing;

  OriginObserver(RunContext run, DatasetAttester attester, FileMemory memory, FileHashing hashing) {
    this.run = run;
    this.attester = attester;
    this.memory = memory;
    this.hashing = hashing;
  }

  /** @param previous the newest observation of the name, or null */
  Attested observe(ReadDataset dataset, FoundDigests found, Attested previous, String executionId, HashBudget budget)
      throws IOException, GeneralSecurityException {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    DatasetVersion version = versionOf(dataset, found, previous, budget, reasons);
    String identity = attester.identityOf(Predicate.ORIGIN, version, executionId);
    Attested before = attester.madeBefore(version, identity);
    if (before != null) return before;
    long now = run.clock.millis();
    JsonObject predicate = new JsonObject()
        .with(
            "origin",
            new JsonObject()
                .with("source", version.root)
                .with("sourceType", "file")
                .with("collectionMethod", "observed-at-read")
                .with("collectionTimestamp", Times.render(now)))
        .with("collector", new JsonObject().with("id", run.identityAs("observer")).with("version", run.versions()))
        .with(
            "metadata",
            new JsonObject().with("bytesCollected", Long.toString(version.files.totalSize())).with("filesCollected", version.files.size()))
        .with("digestSource", DigestSource.AFTER_READ.word)
        .with("completeness", Completeness.of(reasons));
    if (previous != null) predicate.with("change", changeBetween(previous, version));
    return attester.attest(version, Predicate.ORIGIN, identity, predicate, previous, now);
  }

  /** The files that were read, and those beside them that were not: a dataset's version is all of it. */
  private DatasetVersion versionOf(ReadDataset dataset, FoundDigests found, Attested previous, HashBudget budget, Set<Reason> reasons)
      throws IOException {
    Manifest read = found.manifest();
    Map<String, FileState> states = new HashMap<String, FileState>();
    Manifest all = dataset.isFile() ? read : withRest(dataset, read, previous, budget, states, reasons);
    DatasetVersion version = new DatasetVersion(dataset.name, dataset.root, dataset.isFile() ? "file" : "files", all);
    version.states.putAll(states);
    for (Map.Entry<String, ReadFile> file : dataset.files.entrySet()) {
      String path = file.getKey().isEmpty() ? FoundDigests.lastSegment(dataset.root) : file.getKey();
      ReadFile state = file.getValue();
      if (state.mtime >= 0) version.states.put(path, new FileState(state.size, state.mtime, version.files.get(path).sha256));
    }
    return version;
  }

  /** @param states gets what the rest is like */
  private Manifest withRest(
      ReadDataset dataset, Manifest read, Attested previous, HashBudget budget, Map<String, FileState> states, Set<Reason> reasons)
      throws IOException {
    List<DataFile> rest = new ArrayList<DataFile>();
    Set<String> tables = new HashSet<String>();
    List<DataFile> present = run.files.list(dataset.uri);
    for (DataFile file : present) {
      String table = TableFolders.shownBy(file.path);
      if (table != null) tables.add(table);
    }
    for (String table : tables) refuseWhatIsIn(table, dataset);
    boolean sink = SinkLog.isIn(dataset.uri, present, run.files);
    int found = 0;
    for (DataFile file : sink ? SinkLog.read(dataset.uri, present, run.files) : dataOf(present)) {
      if (read.get(file.path) == null) rest.add(file);
      else found++;
    }
    // A version that the log makes and that does not hold what was read is not what was read.
    if (sink && found < read.size()) throw new RefusedException("files were read that the log of the sink does not list: " + dataset.name);
    if (rest.isEmpty()) return read;
    List<DataFile> unhashed = new ArrayList<DataFile>();
    List<ManifestEntry> all = new ArrayList<ManifestEntry>(read.entries());
    for (DataFile file : rest) {
      String digest = knownDigestOf(file, previous);
      if (digest == null) unhashed.add(file);
      else all.add(kept(file, digest, states));
    }
    FileHashing.Outcome outcome = hashing.hash(unhashed, budget);
    for (DataFile file : unhashed) {
      String digest = outcome.digests.get(Location.keyOf(file.uri));
      if (digest != null) all.add(kept(file, digest, states));
      else reasons.add(outcome.failures.get(Location.keyOf(file.uri)) == Reason.INPUT_OVER_BUDGET ? Reason.OUTPUT_DIGEST_MISSING : Reason.OUTPUT_UNREADABLE);
    }
    return Manifest.of(all);
  }

  private static List<DataFile> dataOf(List<DataFile> present) {
    List<DataFile> data = new ArrayList<DataFile>();
    for (DataFile file : present) {
      if (!file.directory && DirectoryRule.isData(file.path)) data.add(file);
    }
    return data;
  }

  private static ManifestEntry kept(DataFile file, String digest, Map<String, FileState> states) {
    if (file.mtime >= 0) states.put(file.path, new FileState(file.size, file.mtime, digest));
    return new ManifestEntry(file.path, digest, file.size);
  }

  /** The digest of a file that is as it was when this run, or the observation before, hashed it; else null. */
  private String knownDigestOf(DataFile file, Attested previous) throws RefusedException {
    String digest = memory.digestOf(Location.keyOf(file.uri), file.size, file.mtime);
    return digest != null || previous == null ? digest : previous.indexedDigestOf(file.path, file.size, file.mtime);
  }

  /** Tables that merely lie beside what was read are files to us, as whatever else nobody read. */
  private static void refuseWhatIsIn(String table, ReadDataset dataset) throws RefusedException {
    for (String path : dataset.files.keySet()) {
      if (table.isEmpty() || path.startsWith(table + "/")) {
        throw TableFolders.refused(dataset);
      }
    }
  }

  private static JsonObject changeBetween(Attested previous, DatasetVersion version) {
    int appended = 0;
    int altered = 0;
    int removed = 0;
    if (previous.isFile() && version.isFile()) {
      altered = previous.subject.equals(version.sha256) ? 0 : 1;
    } else {
      Manifest before = previous.files;
      for (ManifestEntry file : version.files.entries()) {
        ManifestEntry old = before == null ? null : before.get(file.path);
        if (old == null) appended++;
        else if (!old.sha256.equals(file.sha256)) altered++;
      }
      if (before != null) {
        for (ManifestEntry old : before.entries()) {
          if (version.files.get(old.path) == null) removed++;
        }
      }
    }
    return new JsonObject().with("appended", appended).with("altered", altered).with("removed", removed);
  }
}
