package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.json.Utf8;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What an execution read, as far as it is known. */
final class InputSet {
  /** What is beyond is counted and not named: a statement must stay one that every reader takes. */
  private static final long MAX_BYTES = 5L << 20;
  private static final long MAX_UNRESOLVED_BYTES = 1L << 20;
  /** What stands around an input's name, and what names its files by a manifest. */
  private static final int AROUND_A_NAME = 700;
  private static final int A_SUBSET = 500;
  private static final int AROUND_AN_UNRESOLVED_NAME = 80;
  static final String NOT_NAMED = "more inputs than a statement names";

  /** By name, then digest: the order in which a statement has them. */
  private final TreeMap<String, ResolvedInput> resolved = new TreeMap<String, ResolvedInput>(Utf8.ORDER);
  final List<UnresolvedInput> unresolved = new ArrayList<UnresolvedInput>();
  final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
  private final Map<String, UnresolvedInput> notNamed = new HashMap<String, UnresolvedInput>();
  private long bytesOfResolved;
  private long bytesOfUnresolved;
  private int leftOut;

  void add(ResolvedInput input) {
    if (input.differsFrom != null) reasons.add(Reason.INPUT_DIFFERS_FROM_ATTESTED);
    String key = input.name + "\n" + input.sha256;
    long size = resolved.containsKey(key) ? 0 : AROUND_A_NAME + (input.subset == null ? 0 : A_SUBSET) + ListRoom.sizeOf(input.name);
    if (bytesOfResolved + size > MAX_BYTES) {
      leaveOut(Reason.INPUT_OVER_BUDGET.word, input.rddIds);
      return;
    }
    bytesOfResolved += size;
    resolved.put(key, input);
  }

  void addUnresolved(String name, Reason reason, Collection<Integer> rddIds) {
    UnresolvedInput input = new UnresolvedInput(name, reason.word);
    input.rddIds.addAll(rddIds);
    addUnresolved(input);
  }

  void addUnresolved(UnresolvedInput input) {
    long size = AROUND_AN_UNRESOLVED_NAME + ListRoom.sizeOf(input.name);
    if (bytesOfUnresolved + size > MAX_UNRESOLVED_BYTES) {
      leaveOut(input.reason, input.rddIds);
      return;
    }
    bytesOfUnresolved += size;
    unresolved.add(input);
  }

  /** One entry for each reason stands for all that are not named. */
  private void leaveOut(String reason, Collection<Integer> rddIds) {
    leftOut++;
    UnresolvedInput rest = notNamed.get(reason);
    if (rest == null) {
      rest = new UnresolvedInput(NOT_NAMED, reason);
      notNamed.put(reason, rest);
      unresolved.add(rest);
    }
    for (Integer rdd : rddIds) {
      if (!rest.rddIds.contains(rdd)) rest.rddIds.add(rdd);
    }
  }

  /** How many inputs are not named. */
  int leftOut() {
    return leftOut;
  }

  Collection<ResolvedInput> resolved() {
    return resolved.values();
  }

  List<JsonObject> toJson(FileLists lists) throws IOException {
    List<JsonObject> inputs = new ArrayList<JsonObject>(resolved.size());
    ListRoom room = new ListRoom();
    for (ResolvedInput input : resolved.values()) inputs.add(input.toJson(lists, room));
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
