package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.DirectoryRule;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.WriteFacts;
import dev.makoto.evidence.facts.WrittenFile;
import dev.makoto.evidence.statement.Location;
import dev.makoto.evidence.statement.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the version that a write made. @see "FORMATS §3, docs/spec/predicates.md Transform" */
final class OutputResolver {
  private final RunContext run;
  private final KnownAttestations known;
  private final FileMemory memory;
  private final FileHashing hashing;

  OutputResolver(RunContext run, KnownAttestations known, FileMemory memory, FileHashing hashing) {
    this.run = run;
    this.known = known;
    this.memory = memory;
    this.hashing = hashing;
  }

  /** @return null where not one file's digest is known, so that there is nothing to name a version by */
  OutputVersion resolve(WriteFacts write, long startedOn, long finishedOn) throws RefusedException {
    OutputVersion output = new OutputVersion();
    output.reasons.addAll(write.reasons);
    String root = Location.keyOf(write.rootUri);
    Map<String, WrittenFile> written = writtenByPath(write, root, output);
    boolean replaces = write.mode.equals("overwrite") || write.mode.equals("create");
    Map<String, DataFile> listed = list(write.rootUri, replaces && write.filesComplete, output);

    Map<String, ManifestEntry> own = new LinkedHashMap<String, ManifestEntry>();
    List<DataFile> unhashed = new ArrayList<DataFile>();
    for (Map.Entry<String, WrittenFile> file : written.entrySet()) {
      if (file.getValue().sha256 == null) addUnhashed(file.getKey(), file.getValue(), listed, unhashed, output);
      else addOwn(file.getKey(), file.getValue(), listed, replaces, own, output);
    }
    OthersFiles others = new OthersFiles(known, memory, nameOf(write), root);
    Map<String, ManifestEntry> rest = new LinkedHashMap<String, ManifestEntry>();
    boolean skipped = false;
    for (DataFile file : replaces && write.filesComplete ? new ArrayList<DataFile>() : listed.values()) {
      if (written.containsKey(file.path)) continue;
      // What came after the execution's end belongs to a later version, unless the store's clock is ahead of ours.
      if (file.mtime > finishedOn && (replaces || !others.isListed(file.path))) {
        skipped |= !write.filesComplete;
        continue;
      }
      String digest = replaces ? null : others.knownDigestOf(file);
      if (digest == null) unhashed.add(file);
      else rest.put(file.path, new ManifestEntry(file.path, digest, file.size));
    }
    // Whose a file is that nobody has named cannot be told by its time.
    if (!write.filesComplete) output.reasons.add(Reason.OUTPUT_DIGEST_MISSING);
    FileHashing.Outcome hashed = hash(unhashed);
    for (DataFile file : unhashed) {
      boolean isOwn = written.containsKey(file.path) || !write.filesComplete && (replaces || file.mtime >= startedOn);
      addHashed(file, hashed, isOwn, isOwn ? own : rest, output);
    }
    for (ManifestEntry file : rest.values()) others.judge(file, output);
    if (!replaces && !output.reasons.contains(Reason.OUTPUT_UNREADABLE)) {
      others.judgeMissing(present(listed, written), Replaced.by(write, written.keySet()), output);
    }
    for (ManifestEntry file : write.mode.equals("append") ? own.values() : new ArrayList<ManifestEntry>()) {
      // An append makes new files: one that was there is not ours, whatever its time says.
      if (!written.containsKey(file.path)) others.judge(file, output);
    }

    if (own.isEmpty() && rest.isEmpty() && (!written.isEmpty() || skipped || output.reasons.contains(Reason.OUTPUT_UNREADABLE))) return null;
    output.written = Manifest.of(own.values());
    output.others = rest.size();
    List<ManifestEntry> all = new ArrayList<ManifestEntry>(own.values());
    all.addAll(rest.values());
    output.version = new DatasetVersion(nameOf(write), root, "files", Manifest.of(all));
    if (replaces && output.reasons.isEmpty()) output.version.records = write.records;
    keepStates(output.version, listed, finishedOn);
    return output;
  }

  private static Map<String, WrittenFile> writtenByPath(WriteFacts write, String root, OutputVersion output) throws RefusedException {
    Map<String, WrittenFile> written = new LinkedHashMap<String, WrittenFile>();
    for (WrittenFile file : write.files) {
      String path = Location.below(root, Location.keyOf(file.uri));
      if (path == null || path.isEmpty()) output.reasons.add(Reason.OUTPUT_DIGEST_MISSING);
      else if (DirectoryRule.isData(path)) written.put(path, file);
    }
    return written;
  }

  /** @param onlyForTheIndex whether the version does not depend on it, so that a directory that is gone by now means nothing */
  private Map<String, DataFile> list(String rootUri, boolean onlyForTheIndex, OutputVersion output) {
    Map<String, DataFile> listed = new HashMap<String, DataFile>();
    try {
      for (DataFile file : run.files.list(rootUri)) {
        if (!file.directory && DirectoryRule.isData(file.path)) listed.put(file.path, file);
      }
    } catch (IOException | RuntimeException unreadable) {
      run.log.debug("an output cannot be listed: " + unreadable);
      if (!onlyForTheIndex) output.reasons.add(Reason.OUTPUT_UNREADABLE);
    }
    return listed;
  }

  /** For a version that is what was written, it does not matter what became of the file; for one that is the directory it does. */
  private static void addOwn(
      String path, WrittenFile file, Map<String, DataFile> listed, boolean replaces, Map<String, ManifestEntry> own, OutputVersion output) {
    DataFile now = listed.get(path);
    boolean gone = now == null || file.size >= 0 && now.size != file.size;
    if (gone && !replaces) output.reasons.add(Reason.OUTPUT_CHANGED_BEFORE_ATTESTED);
    long size = file.size >= 0 || now == null ? file.size : now.size;
    own.put(path, new ManifestEntry(path, file.sha256, size));
    output.writtenSource = DigestSource.weaker(output.writtenSource, file.digestSource);
  }

  private static void addUnhashed(
      String path, WrittenFile file, Map<String, DataFile> listed, List<DataFile> unhashed, OutputVersion output) {
    DataFile now = listed.get(path);
    if (now == null) output.reasons.add(Reason.OUTPUT_DIGEST_MISSING);
    else if (file.size >= 0 && now.size != file.size) output.reasons.add(Reason.OUTPUT_CHANGED_BEFORE_ATTESTED);
    else unhashed.add(now);
  }

  private static Set<String> present(Map<String, DataFile> listed, Map<String, WrittenFile> written) {
    Set<String> present = new HashSet<String>(listed.keySet());
    present.addAll(written.keySet());
    return present;
  }

  private static String nameOf(WriteFacts write) throws RefusedException {
    return write.tableName == null ? Names.datasetName(write.rootUri) : Names.tableName(write.tableName);
  }

  private FileHashing.Outcome hash(List<DataFile> unhashed) throws RefusedException {
    long deadline = System.currentTimeMillis() + run.configuration.budgetMillis;
    return hashing.hash(unhashed, new HashBudget(deadline, run.configuration.budgetBytes));
  }

  private static void addHashed(
      DataFile file, FileHashing.Outcome hashed, boolean isOwn, Map<String, ManifestEntry> to, OutputVersion output) throws RefusedException {
    String key = Location.keyOf(file.uri);
    String digest = hashed.digests.get(key);
    if (digest == null) {
      output.reasons.add(reasonFor(hashed.failures.get(key)));
      return;
    }
    to.put(file.path, new ManifestEntry(file.path, digest, file.size));
    if (isOwn) output.writtenSource = DigestSource.weaker(output.writtenSource, DigestSource.AFTER_COMMIT);
    else output.othersSource = DigestSource.AFTER_COMMIT;
  }

  private static Reason reasonFor(Reason hashingFailure) {
    if (hashingFailure == Reason.INPUT_CHANGED_SINCE_READ) return Reason.OUTPUT_CHANGED_BEFORE_ATTESTED;
    return hashingFailure == Reason.INPUT_UNREADABLE ? Reason.OUTPUT_UNREADABLE : Reason.OUTPUT_DIGEST_MISSING;
  }

  /** What is remembered must have been there before the execution's end: a file of the same name may have come since. */
  private static void keepStates(DatasetVersion version, Map<String, DataFile> listed, long finishedOn) {
    for (ManifestEntry file : version.files.entries()) {
      DataFile now = listed.get(file.path);
      if (now != null && now.size == file.size && now.mtime <= finishedOn) {
        version.states.put(file.path, new FileState(now.size, now.mtime, file.sha256));
      }
    }
  }
}
