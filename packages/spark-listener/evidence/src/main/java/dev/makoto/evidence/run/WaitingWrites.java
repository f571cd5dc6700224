package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.WriteFacts;
import dev.makoto.evidence.facts.WrittenFile;
import dev.makoto.evidence.statement.Location;
import java.util.Collection;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Executions that have written and wait for their turn with the worker. Filled by another thread than the run's. */
public final class WaitingWrites {
  private final Queue<ExecutionFacts> waiting = new ConcurrentLinkedQueue<ExecutionFacts>();

  public void add(ExecutionFacts execution) {
    // Where its start was not seen, it may have begun before.
    boolean isTimeKnown = !execution.reasons.contains(Reason.EVENTS_DROPPED);
    if (isTimeKnown && !execution.failed && !execution.writes.isEmpty()) waiting.add(execution);
  }

  /** It is its turn, or it was given up. */
  public void remove(ExecutionFacts execution) {
    waiting.remove(execution);
  }

  /** None of them gets its turn. */
  public void clear() {
    waiting.clear();
  }

  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /**
   * Whether each of these files, that are there now, is named among those that an execution wrote which began after this time. One that
   * is not named was put there by nobody knows whom, even where the execution replaced all that was below its root.
   */
  boolean replaced(Collection<String> keys, long time) throws RefusedException {
    Set<String> left = new HashSet<String>(keys);
    for (ExecutionFacts execution : waiting) {
      if (execution.startedOn < time) continue;
      for (WriteFacts write : execution.writes) {
        if (isAnyBelow(Location.keyOf(write.rootUri), left)) removeWritten(write, left);
        if (left.isEmpty()) return true;
      }
    }
    return left.isEmpty();
  }

  private static boolean isAnyBelow(String root, Set<String> keys) {
    for (String key : keys) {
      if (Location.below(root, key) != null) return true;
    }
    return false;
  }

  private static void removeWritten(WriteFacts write, Set<String> keys) throws RefusedException {
    for (WrittenFile file : write.files) keys.remove(Location.keyOf(file.uri));
  }
}
