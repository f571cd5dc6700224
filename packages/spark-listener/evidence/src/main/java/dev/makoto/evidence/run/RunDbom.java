package dev.makoto.evidence.run;

import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Identity;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.statement.Times;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The bill of materials of a run: what came from outside, and what was made of it. @see "SPEC §2, docs/spec/predicates.md Run" */
final class RunDbom {
  private static final int MAX_ENTRIES = 10000;
  private static final int MAX_EDGES = 2 * MAX_ENTRIES;
  /** Of JSON: with what stands around it, it must stay a statement that every reader takes. */
  private static final long MAX_BYTES = 8L << 20;

  private final RunContext run;
  private final Publisher publisher;
  private final Gaps gaps;
  private final Map<String, JsonObject> sources = new LinkedHashMap<String, JsonObject>();
  private final List<JsonObject> transformations = new ArrayList<JsonObject>();
  private final Set<String> madeHere = new HashSet<String>();
  private final Set<String> edges = new TreeSet<String>();
  private long bytes;

  RunDbom(RunContext run, Publisher publisher, Gaps gaps) {
    this.run = run;
    this.publisher = publisher;
    this.gaps = gaps;
  }

  /** An output that this run made of these inputs; an input that the run has not made itself is a source. */
  void add(Attested output, Collection<ResolvedInput> inputs, String operation) {
    Set<String> names = new LinkedHashSet<String>();
    Set<String> newEdges = new LinkedHashSet<String>();
    Map<String, JsonObject> newSources = new LinkedHashMap<String, JsonObject>();
    for (ResolvedInput input : inputs) {
      names.add(input.name);
      newEdges.add("  " + quoted(input.name) + " -> " + quoted(output.name) + ";");
      if (input.attested != null && !madeHere.contains(input.attested.ref)) newSources.put(input.attested.ref, source(input.attested));
    }
    boolean isOrigin = Predicate.ORIGIN.equals(output.predicateType);
    if (isOrigin) newSources.put(output.ref, source(output));
    newSources.keySet().removeAll(sources.keySet());
    newEdges.removeAll(edges);
    JsonObject transformation = isOrigin ? null : transformation(output, names, operation);
    long size = sizeOf(transformation, newSources.values(), newEdges);
    boolean full = transformations.size() >= MAX_ENTRIES || sources.size() >= MAX_ENTRIES || edges.size() >= MAX_EDGES;
    if (full || bytes + size > MAX_BYTES) {
      gaps.count(null, "dbom-incomplete", 1);
      return;
    }
    bytes += size;
    edges.addAll(newEdges);
    sources.putAll(newSources);
    madeHere.add(output.ref);
    if (!isOrigin) transformations.add(transformation);
  }

  private JsonObject transformation(Attested output, Collection<String> inputs, String operation) {
    return new JsonObject()
        .with("order", transformations.size() + 1)
        .with("name", operation.isEmpty() ? "Spark execution" : operation)
        .with("attestationRef", output.ref)
        .with("attestationType", output.predicateType)
        .with("inputs", new ArrayList<String>(inputs))
        .with("outputs", Collections.singletonList(output.name))
        .with("transformType", Predicate.SPARK_BATCH);
  }

  private static long sizeOf(JsonObject transformation, Collection<JsonObject> sources, Collection<String> edges) {
    long size = transformation == null ? 0 : Json.canonicalize(transformation).length + 1;
    for (JsonObject source : sources) size += Json.canonicalize(source).length + 1;
    for (String edge : edges) size += ListRoom.sizeOf(edge);
    return size;
  }

  void publish(String sealSubject) throws GeneralSecurityException {
    String name = "run:" + run.runId;
    String now = Times.render(run.clock.millis());
    JsonObject dbom = new JsonObject()
        .with("dbomVersion", "1.0.0")
        .with("dbomId", "urn:makoto:run:" + run.runId)
        .with("dataset", new JsonObject().with("name", name).with("created", now).with("digest", FileLists.digest(sealSubject)))
        .with("sources", new ArrayList<JsonObject>(sources.values()))
        .with("transformations", transformations)
        .with("lineageGraph", new JsonObject().with("format", "graphviz-dot").with("content", graph()))
        .with("metadata", new JsonObject().with("generator", run.executor()).with("created", now));
    String identity = Identity.of(Predicate.DBOM, name, sealSubject, run.runId, null);
    JsonObject statement = new JsonObject()
        .with("_type", Predicate.STATEMENT)
        .with("subject", Collections.singletonList(RunLedger.subjectOf(name, sealSubject, identity)))
        .with("predicateType", Predicate.DBOM)
        .with("predicate", dbom);
    publisher.put("runs/" + run.runId + "/dbom" + publisher.extension(), publisher.seal(statement, true));
  }

  private static JsonObject source(Attested attested) {
    return new JsonObject()
        .with("name", attested.name)
        .with("attestationRef", attested.ref)
        .with("attestationType", attested.predicateType);
  }

  private String graph() {
    StringBuilder graph = new StringBuilder("digraph lineage {\n");
    for (String edge : edges) graph.append(edge).append('\n');
    return graph.append("}\n").toString();
  }

  private static String quoted(String name) {
    return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
