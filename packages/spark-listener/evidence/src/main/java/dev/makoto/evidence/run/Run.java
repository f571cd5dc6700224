package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Hasher;
import dev.makoto.evidence.digest.LocalHasher;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.JobFacts;
import dev.makoto.evidence.facts.RunFacts;
import dev.makoto.evidence.facts.StageFacts;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.facts.WriteFacts;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;
import dev.makoto.evidence.store.Spool;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.function.BooleanSupplier;

/**
 * One run of an application: turns facts into signed, stored statements.
 *
 * <p>All calls come from one worker thread. Nothing here throws for the data's, the store's or the network's sake: what could not be
 * stated becomes a reason in a statement or a gap in the run.
 *
 * @see "FORMATS §3, What the Spark agent states"
 */
public final class Run implements AutoCloseable {
  private final RunContext context;
  private final Spool spool;
  private final Recovery recovery;
  private final Publisher publisher;
  private final Gaps gaps;
  private final RunLedger ledger;
  private final RunDbom dbom;
  private final IndexWriter indexes;
  private final DatasetAttester attester;
  private final InputResolver inputs;
  private final OutputResolver outputs;
  private final OutputStatement statements;
  private final StageLines stages;
  private boolean sealed;

  private Run(RunContext context, RunServices services, Spool spool, PublicKeys trusted, Gaps gaps) throws RefusedException {
    this.context = context;
    this.spool = spool;
    this.gaps = gaps;
    Store store = services.store;
    Signer signer = context.signer;
    this.recovery = new Recovery(context, spool, store);
    this.publisher = new Publisher(context, store, spool, Publisher.authorities(context.configuration), gaps);
    FileLists lists = new FileLists(publisher);
    PublicKeys ownKey = signer == null ? new PublicKeys() : new PublicKeys().add(signer.publicKey());
    AttestationReader own = new AttestationReader(store, ownKey, signer == null);
    AttestationReader reader = new AttestationReader(store, trusted, signer == null);
    KnownAttestations known = new KnownAttestations(store, reader, new IndexReader(store, trusted), context.clock);
    FileMemory memory = new FileMemory();
    Hasher hasher = services.hasher == null ? new LocalHasher(services.files) : services.hasher;
    FileHashing hashing = new FileHashing(services.files, hasher, memory);
    this.ledger = new RunLedger(context, publisher, gaps);
    this.dbom = new RunDbom(context, publisher, gaps);
    this.indexes = new IndexWriter(publisher, context.clock);
    this.attester = new DatasetAttester(context, publisher, lists, known, own, memory, indexes, ledger, gaps);
    this.inputs = new InputResolver(context, known, memory, hashing, new OriginObserver(context, attester, memory, hashing), gaps);
    this.outputs = new OutputResolver(context, known, memory, hashing);
    this.statements = new OutputStatement(context, lists);
    this.stages = new StageLines(context, publisher, lists, gaps);
  }

  /**
   * Opens the key, the trust keys and the spool, and states the run's start. What earlier runs left behind waits for {@link #recover}.
   *
   * @throws ConfigurationException only where {@code on-failure} is {@code fail}; else a key that cannot be used makes an unsigned run
   */
  public static Run start(RunFacts facts, Configuration configuration, RunServices services) throws ConfigurationException {
    Gaps gaps = new Gaps();
    for (String unknown : configuration.unknown) services.log.warn("a setting without effect: " + unknown, null);
    RunKeys keys = RunKeys.open(configuration, services, gaps);
    if (configuration.level > RunLedger.HIGHEST_LEVEL) {
      services.log.warn("this version of the agent does what level " + RunLedger.HIGHEST_LEVEL + " needs, not level " + configuration.level, null);
      gaps.count(null, "level-" + configuration.level + "-unavailable", 1);
    }
    RunContext context = new RunContext(facts, configuration, services, keys.signer);
    Spool spool = RunSpool.open(context, gaps);
    try {
      Run run = new Run(context, services, spool, keys.trusted, gaps);
      run.ledger.start();
      if (configuration.timestampRequired && configuration.onFailure == Configuration.OnFailure.FAIL && gaps.count(Publisher.TIMESTAMP_UNAVAILABLE) > 0) {
        throw new ConfigurationException("timestamp.url", "no authority answers, and a timestamp is required");
      }
      run.publisher.commit();
      return run;
    } catch (ConfigurationException refused) {
      RunSpool.close(spool, context);
      throw refused;
    } catch (RefusedException | GeneralSecurityException unusable) {
      RunSpool.close(spool, context);
      throw new ConfigurationException("signing.key", "cannot sign", unusable);
    }
  }

  /** {@code <applicationId>~<attempt>~<16 random hex>}. */
  public String runId() {
    return context.runId;
  }

  /** Whether statements of this run are signed. */
  public boolean isSigned() {
    return publisher.isSigned();
  }

  /** States what one execution read and wrote. */
  public void execution(ExecutionFacts execution) {
    context.waiting.remove(execution);
    ledger.count(execution.failed);
    try {
      InputSet read = inputs.resolve(execution);
      for (UnresolvedInput input : execution.unresolved) read.addUnresolved(input);
      gaps.count(execution.executionId, "list-shortened", read.leftOut());
      for (ResolvedInput input : read.resolved()) ledger.read(input.name, input.sha256);
      JsonObject stagesRef = attestStages(execution.executionId, execution.executionId, execution.stages, read);
      if (!execution.failed) {
        for (WriteFacts write : execution.writes) attestOutput(execution, write, read, stagesRef);
      }
      finish();
    } catch (GeneralSecurityException unsigned) {
      cannotSign(execution.executionId, unsigned);
    } catch (IOException | RuntimeException | LinkageError failure) {
      context.log.warn("an execution cannot be attested", failure);
      gaps.count(execution.executionId, "internal-error", 1);
      publisher.commit();
    }
  }

  /** States the stages of a job outside SQL. */
  public void job(JobFacts job) {
    ledger.count(job.failed);
    String owner = "job-" + job.jobId;
    try {
      InputSet read = inputs.resolve(owner, job.startedOn, job.finishedOn, job.scans);
      gaps.count(null, "list-shortened", read.leftOut());
      for (ResolvedInput input : read.resolved()) ledger.read(input.name, input.sha256);
      attestStages(owner, null, job.stages, read);
      finish();
    } catch (GeneralSecurityException unsigned) {
      cannotSign(null, unsigned);
    } catch (IOException | RuntimeException | LinkageError failure) {
      context.log.warn("a job cannot be attested", failure);
      gaps.count(null, "internal-error", 1);
      publisher.commit();
    }
  }

  /** Puts what earlier runs left in the spool, for as long as {@code goesOn} says: it is asked after each object. */
  public void recover(BooleanSupplier goesOn) {
    recovery.goOn(goesOn);
  }

  /** Counts something that could not be stated. */
  public void gap(String reason, long count) {
    gaps.count(null, reason, count);
  }

  /** Counts events that the listener's queue dropped. */
  public void droppedEvents(long count) {
    ledger.dropped(count);
  }

  /** Puts what is still spooled, states the seal and the run's DBOM. {@code outcome}: {@code succeeded}, {@code failed}, {@code unknown}. */
  public void seal(String outcome) {
    if (sealed) return;
    sealed = true;
    try {
      indexes.writeAll();
      dbom.publish(ledger.seal(outcome));
    } catch (GeneralSecurityException | RuntimeException | LinkageError failure) {
      context.log.warn("the run cannot be sealed", failure);
    }
    publisher.flush(System.currentTimeMillis() + context.configuration.timeoutMillis);
    RunSpool.warnOfWhatWaits(spool, context);
  }

  /** Lets go of the spool; objects that could not be put stay there for the next run. */
  @Override
  public void close() {
    try {
      if (!sealed) indexes.writeAll();
      publisher.commit();
      spool.close();
    } catch (IOException | GeneralSecurityException failure) {
      context.log.warn("the run cannot be closed in order", failure);
    }
  }

  /** A key service may fail while a run is under way. What it has not signed is not stated: a run is signed, or it is not. */
  private void cannotSign(String executionId, GeneralSecurityException unsigned) {
    context.log.warn("what happened cannot be signed", unsigned);
    gaps.count(executionId, "signature-unavailable", 1);
    publisher.commit();
  }

  private void finish() throws GeneralSecurityException {
    indexes.writeIfDue();
    ledger.checkpointIfDue();
    publisher.commit();
  }

  private void attestOutput(ExecutionFacts execution, WriteFacts write, InputSet read, JsonObject stagesRef)
      throws IOException, GeneralSecurityException {
    OutputVersion output = outputs.resolve(write, execution.startedOn, execution.finishedOn);
    if (output == null || context.configuration.digestOutputs == Configuration.Outputs.NONE) {
      gaps.count(execution.executionId, "output-digest-missing", 1);
      return;
    }
    String type = OutputStatement.typeFor(read);
    String identity = attester.identityOf(type, output.version, execution.executionId);
    Attested attested = attester.madeBefore(output.version, identity);
    if (attested == null) {
      JsonObject predicate = statements.predicate(execution, write, output, read, stagesRef);
      Attested previous = attester.previousOf(output.version);
      attested = attester.attest(output.version, type, identity, predicate, previous, execution.finishedOn);
      dbom.add(attested, read.resolved(), write.operation);
    }
    ledger.wrote(attested.name, attested.subject);
  }

  /** Stores the stage lines, once. @return their reference, or null where there is none */
  private JsonObject attestStages(String owner, String executionId, Collection<StageFacts> facts, InputSet read)
      throws IOException, GeneralSecurityException {
    byte[] lines = stages.render(owner, executionId, facts, read);
    if (lines == null) return null;
    String ref = stages.refOf(owner);
    String digest = publisher.putOnce(ref, lines);
    if (digest.equals(Sha256.hex(lines))) ledger.stored(digest);
    return new JsonObject().with("ref", ref).with("digest", FileLists.digest(digest));
  }
}
