package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.MerkleFrontier;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Identity;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.statement.Times;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The run's own numbered bundles: start, checkpoints, seal. @see "docs/spec/predicates.md Run" */
final class RunLedger {
  /** What this version of the agent does; asking for more does not make it more. */
  static final int HIGHEST_LEVEL = 2;
  private static final int BUNDLES_A_CHECKPOINT = 1000;
  private static final long MILLIS_A_CHECKPOINT = 60 * 60 * 1000L;

  private final RunContext run;
  private final Publisher publisher;
  private final Gaps gaps;
  private final List<String> sinceLast = new ArrayList<String>();
  private final MerkleFrontier all = new MerkleFrontier();
  private final SealedList reads = new SealedList();
  private final SealedList writes = new SealedList();
  private int sequence;
  private String previous;
  private long lastAt;
  private int succeeded;
  private int failed;
  private long droppedEvents;

  RunLedger(RunContext run, Publisher publisher, Gaps gaps) {
    this.run = run;
    this.publisher = publisher;
    this.gaps = gaps;
  }

  void start() throws GeneralSecurityException {
    Configuration settings = run.configuration;
    JsonObject configuration = new JsonObject()
        .with("level", publisher.isSigned() ? Math.min(settings.level, HIGHEST_LEVEL) : 1)
        .with("digestInputs", settings.digestInputs.name().toLowerCase(Locale.ROOT))
        .with("digestOutputs", settings.digestOutputs.name().toLowerCase(Locale.ROOT))
        .with("stages", settings.stages.name().toLowerCase(Locale.ROOT));
    publish(
        numbered("start")
            .with("applicationId", run.facts.applicationId)
            .with("applicationName", run.facts.applicationName)
            .with("attempt", run.facts.attempt)
            .with("configuration", configuration));
  }

  /** A dataset's bundle, or an object of stage lines, is on its way to the store. */
  void stored(String digest) {
    sinceLast.add(digest);
    all.add(Hex.decode(digest));
  }

  void count(boolean executionFailed) {
    if (executionFailed) failed++;
    else succeeded++;
  }

  void read(String name, String sha256) {
    reads.add(name, sha256);
  }

  void wrote(String name, String sha256) {
    writes.add(name, sha256);
  }

  void dropped(long events) {
    droppedEvents += events;
  }

  void checkpointIfDue() throws GeneralSecurityException {
    boolean due = sinceLast.size() >= BUNDLES_A_CHECKPOINT || !sinceLast.isEmpty() && run.clock.millis() - lastAt >= MILLIS_A_CHECKPOINT;
    if (due) publish(withBundles(numbered("checkpoint")));
  }

  /** @return the seal's subject digest */
  String seal(String outcome) throws GeneralSecurityException {
    gaps.count(null, "list-shortened", reads.leftOut() + writes.leftOut());
    JsonObject seal = withBundles(numbered("seal"))
        .with("total", all.size())
        .with("root", Hex.encode(all.root()))
        .with("outcome", failed > 0 && outcome.equals("succeeded") ? "failed" : outcome)
        .with("executions", new JsonObject().with("succeeded", succeeded).with("failed", failed))
        .with("droppedEvents", droppedEvents)
        .with("gaps", gaps.toJson())
        .with("reads", reads.entries())
        .with("writes", writes.entries());
    return publish(seal);
  }

  private JsonObject numbered(String kind) {
    return new JsonObject()
        .with("kind", kind)
        .with("runId", run.runId)
        .with("sequence", sequence)
        .with("time", Times.render(run.clock.millis()));
  }

  private JsonObject withBundles(JsonObject record) {
    return record.with("bundles", new ArrayList<String>(sinceLast)).with("previousRunBundle", previous);
  }

  private String publish(JsonObject record) throws GeneralSecurityException {
    String name = "run:" + run.runId;
    String subject = Sha256.hex(Json.canonicalize(record));
    String identity = Identity.of(Predicate.RUN, name, subject, run.runId, Integer.toString(sequence));
    byte[] bytes = publisher.seal(
        new JsonObject()
            .with("_type", Predicate.STATEMENT)
            .with("subject", Collections.singletonList(subjectOf(name, subject, identity)))
            .with("predicateType", Predicate.RUN)
            .with("predicate", new JsonObject().with("run", record).with("executor", run.executor())),
        true);
    String bundle = Sha256.hex(bytes);
    publisher.put(String.format(Locale.ROOT, "runs/%s/%06d_%s", run.runId, sequence, bundle), bytes);
    sequence++;
    previous = bundle;
    lastAt = run.clock.millis();
    sinceLast.clear();
    return subject;
  }

  static JsonObject subjectOf(String name, String sha256, String identity) {
    return new JsonObject()
        .with("name", name)
        .with("digest", FileLists.digest(sha256))
        .with("annotations", new JsonObject().with("kind", "run").with("identity", identity));
  }
}
