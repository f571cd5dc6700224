package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.ScanFacts;
import dev.makoto.evidence.statement.Names;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
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
    this.altered = new AlteredInputs(new FilesNow(run.files), run.waiting);
    this.gaps = gaps;
  }

  InputSet resolve(ExecutionFacts execution) {
    return resolve(execution.executionId, execution.startedOn, execution.finishedOn, execution.scans);
  }

  InputSet resolve(String executionId, long startedOn, long finishedOn, List<ScanFacts> scans) {
    InputSet inputs = new InputSet();
    HashBudget budget = new HashBudget(System.currentTimeMillis() + run.configuration.budgetMillis, run.configuration.budgetBytes);
    try {
      Collection<ReadDataset> datasets = new ReadDatasets(known, run.files, new WorkTime(budget.deadline, run.end)).of(scans, inputs);
      WorkTime time = new WorkTime(budget.deadline, run.end);
      Deque<FoundDigests> unknown = new ArrayDeque<FoundDigests>();
      for (ReadDataset dataset : datasets) {
        FoundDigests found = find(dataset, startedOn, finishedOn, time, inputs);
        if (found != null) unknown.add(found);
      }
      hash(unknown, budget);
      time = new WorkTime(System.currentTimeMillis() + run.configuration.budgetMillis, run.end);
      while (!unknown.isEmpty()) state(unknown.poll(), executionId, startedOn, finishedOn, budget, time, inputs);
    } catch (IOException unreadable) {
      run.log.warn("the store cannot be asked for what is attested", unreadable);
      gaps.count(executionId, "store-unreadable", 1);
      for (ScanFacts scan : scans) {
        for (String root : scan.rootUris) inputs.addUnresolved(nameOf(root), Reason.INPUT_WITHOUT_DIGEST, scan.rddIds);
      }
    }
    return inputs;
  }

  /** Refers to what is known. @return what has to be hashed, or compared, before more can be said of the dataset; else null */
  private FoundDigests find(ReadDataset dataset, long startedOn, long finishedOn, WorkTime time, InputSet inputs) {
    try {
      Reason reason = whyNotFound(dataset, time);
      if (reason == null) {
        if (resolveUnread(dataset, startedOn, finishedOn, time, inputs)) return null;
        if (run.configuration.digestInputs == Configuration.Inputs.RECORD) return foundBeforeHashing(dataset);
        reason = Reason.INPUT_WITHOUT_DIGEST;
      }
      inputs.addUnresolved(dataset.name, reason, dataset.rddIds);
    } catch (IOException | RuntimeException failure) {
      addFailed(dataset, failure, inputs);
    }
    return null;
  }

  private FoundDigests foundBeforeHashing(ReadDataset dataset) throws IOException {
    Attested newest = known.newest(dataset.name);
    if ((newest == null || !known.wasProduced(dataset.name, newest)) && tables.hold(dataset)) {
      throw TableFolders.refused(dataset);
    }
    return FoundDigests.known(dataset, newest, memory);
  }

  private Reason whyNotFound(ReadDataset dataset, WorkTime time) throws IOException {
    if (run.configuration.digestInputs == Configuration.Inputs.NONE) return Reason.INPUT_WITHOUT_DIGEST;
    if (time.isOver()) return time.reason();
    boolean isGone = dataset.files.isEmpty() && !isThereWithoutParts(dataset) && isFile(known.newest(dataset.name));
    return isGone ? Reason.INPUT_UNREADABLE : null;
  }

  /** The files of all datasets at once: executors and threads take many small files better than one after another. */
  private void hash(Collection<FoundDigests> unknown, HashBudget budget) throws RefusedException {
    List<DataFile> files = new ArrayList<DataFile>();
    for (FoundDigests found : unknown) files.addAll(found.unknown());
    if (files.isEmpty()) return;
    FileHashing.Outcome outcome = new FileHashing.Outcome();
    try {
      outcome = hashing.hash(files, budget);
    } catch (RuntimeException failure) {
      run.log.warn("inputs cannot be hashed", failure);
    }
    for (FoundDigests found : unknown) {
      if (!found.isComplete()) found.take(outcome);
    }
  }

  private void state(
      FoundDigests found, String executionId, long startedOn, long finishedOn, HashBudget budget, WorkTime time, InputSet inputs) {
    ReadDataset dataset = found.dataset;
    try {
      Reason reason = found.isComplete() ? null : found.failure();
      if (reason == null && time.isOver()) reason = time.reason();
      ResolvedInput input = reason == null ? judge(dataset, found, executionId, startedOn, budget) : null;
      if (input == null) {
        inputs.addUnresolved(dataset.name, reason == null ? Reason.INPUT_WITHOUT_DIGEST : reason, dataset.rddIds);
        return;
      }
      inputs.add(input);
      sayWhetherAltered(dataset, found, finishedOn, time, inputs);
    } catch (IOException | GeneralSecurityException | RuntimeException failure) {
      addFailed(dataset, failure, inputs);
    }
  }

  private void addFailed(ReadDataset dataset, Exception failure, InputSet inputs) {
    boolean refused = failure instanceof RefusedException;
    run.log.warn("an input cannot be " + (refused ? "digested: " : "attested: ") + dataset.name, failure);
    inputs.addUnresolved(dataset.name, refused ? Reason.INPUT_WITHOUT_DIGEST : Reason.INTERNAL_ERROR, dataset.rddIds);
  }

  /** A dataset whose bytes are known as they were planned, and perhaps not as they were read, is an input without a digest as well. */
  private void sayWhetherAltered(ReadDataset dataset, FoundDigests found, long finishedOn, WorkTime time, InputSet inputs) {
    try {
      if (!altered.anyOf(dataset, found, finishedOn, time)) return;
      run.log.warn("what was read of " + dataset.name + " may have been altered after it was planned", null);
      inputs.addUnresolved(dataset.name, Reason.INPUT_CHANGED_SINCE_READ, dataset.rddIds);
    } catch (IOException unreadable) {
      run.log.warn("whether " + dataset.name + " was altered cannot be told", unreadable);
      Reason reason = System.currentTimeMillis() >= time.deadline ? Reason.INPUT_OVER_BUDGET : Reason.INPUT_UNREADABLE;
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

  /** Refers to the attested version whose files have the sizes and times of those that were planned. @return whether there is one */
  private boolean resolveUnread(ReadDataset dataset, long startedOn, long finishedOn, WorkTime time, InputSet inputs) throws IOException {
    Attested version = known.newest(dataset.name);
    for (int i = 0; version != null && i < MAX_VERSIONS; i++) {
      FoundDigests found = FoundDigests.known(dataset, version, memory);
      if (found.isComplete() && found.areIn(version)) {
        inputs.add(ResolvedInput.in(version, found));
        found.standFor(version);
        sayWhetherAltered(dataset, found, finishedOn, time, inputs);
        return true;
      }
      version = olderVersion(version, startedOn);
    }
    return false;
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
    if (version == null && (newest == null || !known.wasProduced(dataset.name, newest))) {
      version = observer.observe(dataset, found, newest, executionId, budget);
    }
    found.standFor(version == null ? newest : version);
    if (version != null) return ResolvedInput.in(version, found);
    if (!newest.isFile() && newest.files == null) return null;
    run.log.warn("ALARM: what was read of " + dataset.name + " is not what is attested", null);
    return ResolvedInput.otherThan(newest, found);
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

  private static String nameOf(String uri) {
    try {
      return Names.datasetName(uri);
    } catch (RefusedException unnameable) {
      return "unnameable";
    }
  }
}
