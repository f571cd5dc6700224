package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Whether a statement says all; never full by default. @see docs/spec/predicates.md */
final class Completeness {
  static final String GENERATED = "generated";

  private Completeness() {}

  static JsonObject of(Set<Reason> reasons) {
    boolean inputs = true;
    boolean outputs = true;
    Set<String> words = new TreeSet<String>();
    for (Reason reason : reasons) {
      inputs &= !reason.ofInputs;
      outputs &= !reason.ofOutputs;
      words.add(reason.word);
    }
    return new JsonObject()
        .with("inputs", inputs ? "full" : "partial")
        .with("outputs", outputs ? "full" : "partial")
        .with("reasons", new ArrayList<String>(words));
  }

  /** Why inputs without a digest make a statement partial: all do, but rows that the plan itself made. */
  static Set<Reason> reasonsOf(Collection<UnresolvedInput> unresolved) {
    Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    for (UnresolvedInput input : unresolved) {
      if (!input.reason.equals(GENERATED)) reasons.add(reasonOf(input.reason));
    }
    return reasons;
  }

  /** Why a version's outputs are not known in full, as its statement says; empty where they are. */
  static Set<Reason> shortfallsIn(JsonObject completeness) {
    Set<Reason> shortfalls = EnumSet.noneOf(Reason.class);
    if (!"partial".equals(completeness.string("outputs"))) return shortfalls;
    for (Reason reason : Reason.values()) {
      if (reason.ofOutputs && !reason.ofInputs && completeness.list("reasons").contains(reason.word)) shortfalls.add(reason);
    }
    // One that concerns inputs too, or that a later version of the agent knows.
    if (shortfalls.isEmpty()) shortfalls.add(Reason.OUTPUT_DIGEST_MISSING);
    return shortfalls;
  }

  static List<JsonObject> toJson(Collection<UnresolvedInput> unresolved) {
    List<JsonObject> list = new ArrayList<JsonObject>();
    Set<String> seen = new TreeSet<String>();
    for (UnresolvedInput input : unresolved) {
      if (seen.add(input.name + "\n" + input.reason)) list.add(new JsonObject().with("name", input.name).with("reason", input.reason));
    }
    return list;
  }

  private static Reason reasonOf(String word) {
    for (Reason reason : Reason.values()) {
      if (reason.word.equals(word)) return reason;
    }
    return Reason.INPUT_WITHOUT_DIGEST;
  }
}
