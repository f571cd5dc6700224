package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.facts.WriteFacts;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.statement.Times;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The predicate of a dataset that an execution wrote: a Transform, or an Origin where no input could be resolved. */
final class OutputStatement {
  private final RunContext run;
  private final FileLists lists;

  OutputStatement(RunContext run, FileLists lists) {
    this.run = run;
    this.lists = lists;
  }

  static String typeFor(InputSet inputs) {
    return inputs.resolved().isEmpty() ? Predicate.ORIGIN : Predicate.TRANSFORM;
  }

  /** @param stages reference to the stage lines, or null */
  JsonObject predicate(ExecutionFacts execution, WriteFacts write, OutputVersion output, InputSet inputs, JsonObject stages) throws IOException {
    JsonObject predicate = new JsonObject()
        .with("transform", transform(execution, write))
        .with("executor", run.executor())
        .with("metadata", metadata(execution, write, output, inputs))
        .with("written", written(output))
        .with("completeness", Completeness.of(reasons(execution, output, inputs)))
        .withPresent("stagesRef", stages);
    if (!inputs.unresolved.isEmpty()) predicate.with("unresolvedInputs", Completeness.toJson(inputs.unresolved));
    if (output.others > 0) {
      predicate.with("others", new JsonObject().with("files", output.others).with("digestSource", output.othersSource.word));
    }
    return typeFor(inputs).equals(Predicate.TRANSFORM) ? predicate.with("inputs", inputs.toJson(lists)) : withOrigin(predicate, execution, inputs);
  }

  private JsonObject withOrigin(JsonObject predicate, ExecutionFacts execution, InputSet inputs) {
    String source = inputs.unresolved.isEmpty() ? "spark:" + run.facts.applicationName : inputs.unresolved.get(0).name;
    return predicate
        .with(
            "origin",
            new JsonObject()
                .with("source", source)
                .with("sourceType", sourceType(inputs))
                .with("collectionMethod", "spark-batch")
                .with("collectionTimestamp", Times.render(execution.finishedOn)))
        .with("collector", new JsonObject().with("id", run.identityAs("agent")).with("version", run.versions()));
  }

  private static String sourceType(InputSet inputs) {
    for (UnresolvedInput input : inputs.unresolved) {
      String name = input.name.toLowerCase(Locale.ROOT);
      if (name.startsWith("jdbc")) return "database";
      if (name.startsWith("kafka") || name.startsWith("kinesis") || name.startsWith("stream")) return "stream";
    }
    return "manual";
  }

  private JsonObject transform(ExecutionFacts execution, WriteFacts write) {
    JsonObject parameters = new JsonObject()
        .with("operation", write.operation)
        .with("mode", write.mode)
        .with("format", write.format)
        .with("partitionColumns", write.partitionColumns)
        .with("executionId", execution.executionId);
    if (execution.planDigest != null) parameters.with("planDigest", FileLists.digest(execution.planDigest));
    return new JsonObject().with("type", Predicate.SPARK_BATCH).with("name", run.facts.applicationName).with("parameters", parameters);
  }

  private JsonObject metadata(ExecutionFacts execution, WriteFacts write, OutputVersion output, InputSet inputs) {
    JsonObject metadata = new JsonObject()
        .with("invocationId", run.runId + "/" + execution.executionId)
        .with("startedOn", Times.render(execution.startedOn))
        .with("finishedOn", Times.render(execution.finishedOn))
        .with("bytesInput", Long.toString(inputs.bytes()));
    if (inputs.records() >= 0) metadata.with("recordsInput", Long.toString(inputs.records()));
    if (write.records >= 0) metadata.with("recordsOutput", Long.toString(write.records));
    if (output.written.totalSize() >= 0) metadata.with("bytesOutput", Long.toString(output.written.totalSize()));
    return metadata;
  }

  private static JsonObject written(OutputVersion output) {
    return FileLists.digest(output.written.sha256())
        .with("files", output.written.size())
        .withPresent("bytes", output.written.totalSize() < 0 ? null : Long.toString(output.written.totalSize()))
        .with("digestSource", output.writtenSource.word);
  }

  private static Set<Reason> reasons(ExecutionFacts execution, OutputVersion output, InputSet inputs) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    reasons.addAll(execution.reasons);
    reasons.addAll(output.reasons);
    reasons.addAll(inputs.reasons);
    reasons.addAll(Completeness.reasonsOf(inputs.unresolved));
    return reasons;
  }
}
