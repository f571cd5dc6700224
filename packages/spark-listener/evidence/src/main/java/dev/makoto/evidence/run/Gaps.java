package dev.makoto.evidence.run;

import dev.makoto.evidence.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run could not state, counted. */
final class Gaps {
  private static final int MAX_KINDS = 10000;
  private final Map<String, long[]> counts = new TreeMap<String, long[]>();

  /** @param executionId null where it belongs to no execution */
  void count(String executionId, String reason, long count) {
    if (count <= 0) return;
    String key = reason + "\n" + (executionId == null || counts.size() > MAX_KINDS ? "" : executionId);
    long[] total = counts.get(key);
    if (total == null) counts.put(key, new long[] {count});
    else total[0] += count;
  }

  long count(String reason) {
    long sum = 0;
    for (Map.Entry<String, long[]> gap : counts.entrySet()) {
      if (gap.getKey().startsWith(reason + "\n")) sum += gap.getValue()[0];
    }
    return sum;
  }

  List<JsonObject> toJson() {
    List<JsonObject> list = new ArrayList<JsonObject>();
    for (Map.Entry<String, long[]> gap : counts.entrySet()) {
      int newline = gap.getKey().indexOf('\n');
      String execution = gap.getKey().substring(newline + 1);
      list.add(
          new JsonObject()
              .withPresent("executionId", execution.isEmpty() ? null : execution)
              .with("reason", gap.getKey().substring(0, newline))
              .with("count", gap.getValue()[0]));
    }
    return list;
  }
}
