package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.StageFacts;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Identity;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.statement.Times;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One bundle for each stage attempt, a line each, parents first. @see "docs/spec/predicates.md Stage" */
final class StageLines {
  private static final int MAX_REPEATED = 10000;
  /** Readers take no more lines, and not many more bytes, in one object. */
  private static final int MAX_LINES = 10000;
  private static final int MAX_BYTES = 32 << 20;

  private final RunContext run;
  private final Publisher publisher;
  private final FileLists lists;
  private final Gaps gaps;
  /** The attempt under which a stage was last attested in this run, where it was not its first. */
  private final Map<Integer, Integer> lastAttempts = new HashMap<Integer, Integer>();

  StageLines(RunContext run, Publisher publisher, FileLists lists, Gaps gaps) {
    this.run = run;
    this.publisher = publisher;
    this.lists = lists;
    this.gaps = gaps;
  }

  /** A stage that has its line. */
  private static final class Line {
    final String name;
    final String subject;
    final String digest;

    Line(String name, String subject, String digest) {
      this.name = name;
      this.subject = subject;
      this.digest = digest;
    }
  }

  /** Where the lines of this execution ({@code 3}) or job ({@code job-7}) lie. */
  String refOf(String owner) {
    return "runs/" + run.runId + "/stages/" + owner + (publisher.isSigned() ? ".sigstore.jsonl" : ".intoto.jsonl");
  }

  /** The object's bytes; null where there is no stage to speak of, and where they are more than anybody reads. */
  byte[] render(String owner, String executionId, Collection<StageFacts> stages, InputSet inputs) throws IOException, GeneralSecurityException {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    Map<Integer, Line> lines = new HashMap<Integer, Line>();
    ListRoom room = new ListRoom();
    int count = 0;
    for (StageFacts stage : parentsFirst(chosen(stages, inputs))) {
      JsonObject facts = stageJson(stage, executionId);
      String name = nameOf(stage.stageId, stage.attempt);
      String subject = Sha256.hex(Json.canonicalize(facts));
      byte[] line = publisher.seal(statement(owner, stage, facts, name, subject, lines, inputs, room), false);
      if (count++ == MAX_LINES || object.size() + line.length > MAX_BYTES) {
        gaps.count(executionId, "list-shortened", 1);
        return null;
      }
      object.write(line);
      object.write('\n');
      lines.put(stage.stageId, new Line(name, subject, Sha256.hex(line)));
      if (lastAttempts.size() >= MAX_REPEATED) lastAttempts.clear();
      if (stage.attempt > 0) lastAttempts.put(stage.stageId, stage.attempt);
    }
    return object.size() == 0 ? null : object.toByteArray();
  }

  private List<StageFacts> chosen(Collection<StageFacts> stages, InputSet inputs) {
    List<StageFacts> chosen = new ArrayList<StageFacts>();
    for (StageFacts stage : stages) {
      boolean io = stage.bytesRead > 0 || stage.bytesWritten > 0 || !scannedBy(stage, inputs).isEmpty();
      if (run.configuration.stages == Configuration.Stages.ALL || run.configuration.stages == Configuration.Stages.IO && io) chosen.add(stage);
    }
    return chosen;
  }

  private JsonObject statement(
      String owner, StageFacts stage, JsonObject facts, String name, String subject, Map<Integer, Line> lines, InputSet inputs, ListRoom room)
      throws IOException {
    List<JsonObject> from = new ArrayList<JsonObject>();
    for (ResolvedInput input : scannedBy(stage, inputs)) from.add(input.toJson(lists, room));
    List<JsonObject> unresolved = new ArrayList<JsonObject>();
    for (UnresolvedInput input : inputs.unresolved) {
      if (!Collections.disjoint(input.rddIds, stage.rddIds)) unresolved.add(unresolved(input.name, input.reason));
    }
    for (Integer parent : stage.parents) {
      Line line = lines.get(parent);
      if (line != null) from.add(parentJson(owner, line));
      else unresolved.add(unresolved(nameOf(parent, lastAttempts.containsKey(parent) ? lastAttempts.get(parent) : 0), "stage-of-another-execution"));
    }
    if (from.isEmpty() && unresolved.isEmpty()) unresolved.add(unresolved("rows:" + name, Completeness.GENERATED));
    JsonObject predicate = new JsonObject()
        .with("inputs", from)
        .with(
            "transform",
            new JsonObject()
                .with("type", Predicate.SPARK_STAGE)
                .with("name", stage.name)
                .with("parameters", new JsonObject().with("stage", facts)))
        .with("executor", run.executor())
        .with("metadata", metadata(owner, stage));
    if (!unresolved.isEmpty()) predicate.with("unresolvedInputs", unresolved);
    String identity = Identity.of(Predicate.TRANSFORM, name, subject, run.runId, owner);
    JsonObject root = new JsonObject()
        .with("name", name)
        .with("digest", FileLists.digest(subject))
        .with("annotations", new JsonObject().with("kind", "stage").with("identity", identity));
    return new JsonObject()
        .with("_type", Predicate.STATEMENT)
        .with("subject", Collections.singletonList(root))
        .with("predicateType", Predicate.TRANSFORM)
        .with("predicate", predicate);
  }

  private JsonObject parentJson(String owner, Line line) {
    return new JsonObject()
        .with("name", line.name)
        .with("digest", FileLists.digest(line.subject))
        .with("attestationRef", refOf(owner))
        .with("attestationDigest", FileLists.digest(line.digest));
  }

  private static List<ResolvedInput> scannedBy(StageFacts stage, InputSet inputs) {
    List<ResolvedInput> scanned = new ArrayList<ResolvedInput>();
    for (ResolvedInput input : inputs.resolved()) {
      if (!Collections.disjoint(input.rddIds, stage.rddIds)) scanned.add(input);
    }
    return scanned;
  }

  private static JsonObject stageJson(StageFacts stage, String executionId) {
    return new JsonObject()
        .with("stageId", stage.stageId)
        .with("attempt", stage.attempt)
        .with("name", stage.name)
        .withPresent("executionId", executionId)
        .with("jobIds", sorted(stage.jobIds))
        .with("parents", sorted(stage.parents))
        .with("outcome", stage.outcome)
        .with("tasks", stage.tasks)
        .with("tasksSucceeded", stage.tasksSucceeded)
        .with("attemptsFailed", stage.attemptsFailed)
        .with("submittedOn", Times.render(stage.submittedOn))
        .with("completedOn", Times.render(stage.completedOn))
        .with("recordsRead", Long.toString(stage.recordsRead))
        .with("bytesRead", Long.toString(stage.bytesRead))
        .with("recordsWritten", Long.toString(stage.recordsWritten))
        .with("bytesWritten", Long.toString(stage.bytesWritten))
        .with("shuffleBytesRead", Long.toString(stage.shuffleBytesRead))
        .with("shuffleBytesWritten", Long.toString(stage.shuffleBytesWritten));
  }

  private JsonObject metadata(String owner, StageFacts stage) {
    return new JsonObject()
        .with("invocationId", run.runId + "/" + owner)
        .with("startedOn", Times.render(stage.submittedOn))
        .with("finishedOn", Times.render(stage.completedOn));
  }

  private String nameOf(int stageId, int attempt) {
    return "stage:" + run.runId + "/" + stageId + "." + attempt;
  }

  private static JsonObject unresolved(String name, String reason) {
    return new JsonObject().with("name", name).with("reason", reason);
  }

  private static List<Integer> sorted(Collection<Integer> ids) {
    List<Integer> sorted = new ArrayList<Integer>(new HashSet<Integer>(ids));
    Collections.sort(sorted);
    return sorted;
  }

  private static List<StageFacts> parentsFirst(List<StageFacts> stages) {
    List<StageFacts> ordered = new ArrayList<StageFacts>(stages.size());
    Set<StageFacts> seen = new HashSet<StageFacts>();
    List<StageFacts> byId = new ArrayList<StageFacts>(stages);
    Collections.sort(byId, (left, right) -> left.stageId != right.stageId ? left.stageId - right.stageId : left.attempt - right.attempt);
    for (StageFacts stage : byId) visit(stage, byId, seen, ordered);
    return ordered;
  }

  private static void visit(StageFacts stage, List<StageFacts> all, Set<StageFacts> seen, List<StageFacts> ordered) {
    if (!seen.add(stage)) return;
    // Spark numbers a parent before its child, so this goes no deeper than what is out of order.
    for (StageFacts other : all) {
      if (stage.parents.contains(other.stageId)) visit(other, all, seen, ordered);
    }
    ordered.add(stage);
  }
}
