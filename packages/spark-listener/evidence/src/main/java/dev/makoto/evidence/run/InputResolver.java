package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.ScanFacts;
import dev.makoto.evidence.statement.Names;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;

/**
 * Finds for every dataset that was read the attestation that stands for it.
 *
 * <p>Known files are referenced; files that nobody knows are hashed. Bytes that are in the newest version are that version; where only
 * observers ever attested the name, or nobody did, they are observed; else they differ from what is attested, which is an alarm.
 *
 * @see "FORMATS §3, Origins of data merely found"
 */
final class InputResolver {
  private static final int MAX_VERSIONS = 16;

  private final RunContext run;
  private final KnownAttestations known;
  private final FileMemory memory;
  private final FileHashing hashing;
  private final OriginObserver observer;
  private final TableFolders tables;
  private final AlteredInputs altered;
  private final Gaps gaps;

  InputResolver(RunContext run, KnownAttestations known, FileMemory memory, FileHashing hashing, OriginObserver observer, Gaps gaps) {
    this.run = run;
    this.known = known;
    this.memory = memory;
    this.hashing = hashing;
    this.observer = observer;
    this.tables = new TableFolders(run.files, run.log);
    this.altered = new AlteredInputs(new FilesNow(run.files, run.end), run.waiting);
    this.gaps = gaps;
  }

  InputSet resolve(ExecutionFacts execution) {
    return resolve(execution.executionId, execution.startedOn, execution.finishedOn, execution.scans);
  }

  InputSet resolve(String executionId, long startedOn, long finishedOn, List<ScanFacts> scans) {
    InputSet inputs = new InputSet();
    HashBudget budget = new HashBudget(System.currentTimeMillis() + run.configuration.budgetMillis, run.configuration.budgetBytes);
    try {
      for (ReadDataset dataset : new ReadDatasets(known).of(scans, inputs)) {
        resolveSafely(dataset, executionId, startedOn, finishedOn, budget, inputs);
      }
    } catch (IOException unreadable) {
      run.log.warn("the store cannot be asked for what is attested", unreadable);
      gaps.count(executionId, "store-unreadable", 1);
      for (ScanFacts scan : scans) {
        for (String root : scan.rootUris) inputs.addUnresolved(nameOf(root), Reason.INPUT_WITHOUT_DIGEST, scan.rddIds);
      }
    }
    return inputs;
  }

  private void resolveSafely(
      ReadDataset dataset, String executionId, long startedOn, long finishedOn, HashBudget budget, InputSet inputs) {
    try {
      FoundDigests found = resolveDataset(dataset, executionId, startedOn, budget, inputs);
      if (found != null) sayWhetherAltered(dataset, found, finishedOn, budget, inputs);
    } catch (RefusedException refused) {
      run.log.warn("an input cannot be digested: " + dataset.name, refused);
      inputs.addUnresolved(dataset.name, Reason.INPUT_WITHOUT_DIGEST, dataset.rddIds);
    } catch (IOException | GeneralSecurityException | RuntimeException failure) {
      run.log.warn("an input cannot be attested: " + dataset.name, failure);
      inputs.addUnresolved(dataset.name, Reason.INTERNAL_ERROR, dataset.rddIds);
    }
  }

  /** @return the digests that now stand for the dataset; null where none do */
  private FoundDigests resolveDataset(ReadDataset dataset, String executionId, long startedOn, HashBudget budget, InputSet inputs)
      throws IOException, GeneralSecurityException {
    if (run.configuration.digestInputs == Configuration.Inputs.NONE) {
      inputs.addUnresolved(dataset.name, Reason.INPUT_WITHOUT_DIGEST, dataset.rddIds);
      return null;
    }
    if (dataset.files.isEmpty() && !isThereWithoutParts(dataset) && isFile(known.newest(dataset.name))) {
      inputs.addUnresolved(dataset.name, Reason.INPUT_UNREADABLE, dataset.rddIds);
      return null;
    }
    FoundDigests unread = resolveUnread(dataset, startedOn, inputs);
    if (unread != null) return unread;
    if (run.configuration.digestInputs == Configuration.Inputs.REFERENCE) {
      inputs.addUnresolved(dataset.name, Reason.INPUT_WITHOUT_DIGEST, dataset.rddIds);
      return null;
    }
    Attested newest = known.newest(dataset.name);
    if ((newest == null || !known.wasProduced(dataset.name, newest)) && tables.hold(dataset)) {
      throw new RefusedException("a table, whose own log says which files are in it: " + dataset.name);
    }
    FoundDigests found = FoundDigests.known(dataset, newest, memory);
    if (!found.isComplete()) found.hashRest(hashing, budget);
    if (!found.isComplete()) {
      inputs.addUnresolved(dataset.name, found.failure(), dataset.rddIds);
      return null;
    }
    ResolvedInput input = judge(dataset, found, executionId, startedOn, budget);
    if (input == null) {
      inputs.addUnresolved(dataset.name, Reason.INPUT_WITHOUT_DIGEST, dataset.rddIds);
      return null;
    }
    inputs.add(input);
    found.standFor(input.attested == null ? input.differsFrom : input.attested);
    return found;
  }

  /** A dataset whose bytes are known as they were planned, and perhaps not as they were read, is an input without a digest as well. */
  private void sayWhetherAltered(ReadDataset dataset, FoundDigests found, long finishedOn, HashBudget budget, InputSet inputs) {
    try {
      if (!altered.anyOf(dataset, found, finishedOn, budget.deadline)) return;
      run.log.warn("what was read of " + dataset.name + " may have been altered after it was planned", null);
      inputs.addUnresolved(dataset.name, Reason.INPUT_CHANGED_SINCE_READ, dataset.rddIds);
    } catch (IOException unreadable) {
      run.log.warn("whether " + dataset.name + " was altered cannot be told", unreadable);
      Reason reason = System.currentTimeMillis() >= budget.deadline ? Reason.INPUT_OVER_BUDGET : Reason.INPUT_UNREADABLE;
      inputs.addUnresolved(dataset.name, reason, dataset.rddIds);
    }
  }

  /** A scan without parts read an empty directory, or one file that is empty or was planned only. @return false where nothing can be found */
  private boolean isThereWithoutParts(ReadDataset dataset) {
    try {
      DataFile now = run.files.stat(dataset.uri);
      if (now != null && !now.directory) dataset.addPlannedFile(new ReadFile(now.uri, now.size, now.mtime));
      return now != null;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static boolean isFile(Attested newest) {
    return newest != null && newest.isFile();
  }

  /** Refers to the attested version whose files have the sizes and times of those that were planned. @return null where there is none */
  private FoundDigests resolveUnread(ReadDataset dataset, long startedOn, InputSet inputs) throws IOException {
    Attested version = known.newest(dataset.name);
    for (int i = 0; version != null && i < MAX_VERSIONS; i++) {
      FoundDigests found = FoundDigests.known(dataset, version, memory);
      if (found.isComplete() && found.areIn(version)) {
        inputs.add(reference(dataset, found, version));
        found.standFor(version);
        return found;
      }
      version = olderVersion(version, startedOn);
    }
    return null;
  }

  /**
   * Before anything is observed or called different, the store is asked again: somebody may have attested a moment ago.
   *
   * @return null where the newest version's files are not known, so that nothing can be said
   */
  private ResolvedInput judge(ReadDataset dataset, FoundDigests found, String executionId, long startedOn, HashBudget budget)
      throws IOException, GeneralSecurityException {
    Attested newest = known.newestNow(dataset.name);
    Attested version = newest == null ? null : versionHolding(found, newest, startedOn);
    if (version != null) return reference(dataset, found, version);
    if (newest == null || !known.wasProduced(dataset.name, newest)) {
      return reference(dataset, found, observer.observe(dataset, found, newest, executionId, budget));
    }
    if (!newest.isFile() && newest.files == null) return null;
    run.log.warn("ALARM: what was read of " + dataset.name + " is not what is attested", null);
    ResolvedInput alarm = describe(dataset, found);
    alarm.name = newest.name;
    alarm.sha256 = digestOf(found, dataset);
    alarm.differsFrom = newest;
    return alarm;
  }

  /** The newest version that holds all that was read. */
  private Attested versionHolding(FoundDigests found, Attested newest, long startedOn) throws IOException {
    Attested version = newest;
    for (int i = 0; version != null && i < MAX_VERSIONS; i++) {
      if (found.areIn(version)) return version;
      version = olderVersion(version, startedOn);
    }
    return null;
  }

  /** The version before, where it was replaced after the execution began; else null: an older one has no business being there. */
  private Attested olderVersion(Attested version, long startedOn) throws IOException {
    return version.time >= startedOn ? known.before(version) : null;
  }

  private static ResolvedInput reference(ReadDataset dataset, FoundDigests found, Attested version) throws RefusedException {
    ResolvedInput input = describe(dataset, found);
    input.name = version.name;
    input.sha256 = version.subject;
    input.attested = version;
    if (version.files != null && version.files.size() > dataset.files.size()) input.subset = found.manifest();
    return input;
  }

  private static ResolvedInput describe(ReadDataset dataset, FoundDigests found) {
    ResolvedInput input = new ResolvedInput();
    input.files = dataset.filesRead();
    input.bytes = dataset.bytes();
    input.records = dataset.records;
    input.source = found.source();
    input.rddIds.addAll(dataset.rddIds);
    return input;
  }

  private static String digestOf(FoundDigests found, ReadDataset dataset) throws RefusedException {
    Manifest manifest = found.manifest();
    return dataset.isFile() ? manifest.entries().iterator().next().sha256 : manifest.sha256();
  }

  private static String nameOf(String uri) {
    try {
      return Names.datasetName(uri);
    } catch (RefusedException unnameable) {
      return "unnameable";
    }
  }
}
