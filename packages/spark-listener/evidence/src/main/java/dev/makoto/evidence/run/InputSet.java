package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.json.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** What an execution read, as far as it is known. */
final class InputSet {
  /** By name, then digest: the order in which a statement has them. */
  private final TreeMap<String, ResolvedInput> resolved = new TreeMap<String, ResolvedInput>(Utf8.ORDER);
  final List<UnresolvedInput> unresolved = new ArrayList<UnresolvedInput>();
  final Set<Reason> reasons = EnumSet.noneOf(Reason.class);

  void add(ResolvedInput input) {
    resolved.put(input.name + "\n" + input.sha256, input);
    if (input.differsFrom != null) reasons.add(Reason.INPUT_DIFFERS_FROM_ATTESTED);
  }

  void addUnresolved(String name, Reason reason, Collection<Integer> rddIds) {
    UnresolvedInput input = new UnresolvedInput(name, reason.word);
    input.rddIds.addAll(rddIds);
    unresolved.add(input);
  }

  Collection<ResolvedInput> resolved() {
    return resolved.values();
  }

  List<JsonObject> toJson(FileLists lists) throws IOException {
    List<JsonObject> inputs = new ArrayList<JsonObject>(resolved.size());
    for (ResolvedInput input : resolved.values()) inputs.add(input.toJson(lists));
    return inputs;
  }

  long bytes() {
    long bytes = 0;
    for (ResolvedInput input : resolved.values()) bytes += input.bytes;
    return bytes;
  }

  /** -1 unless the rows of every input are known. */
  long records() {
    long records = unresolved.isEmpty() ? 0 : -1;
    for (ResolvedInput input : resolved.values()) {
      if (input.records < 0 || records < 0) return -1;
      records += input.records;
    }
    return records;
  }
}
