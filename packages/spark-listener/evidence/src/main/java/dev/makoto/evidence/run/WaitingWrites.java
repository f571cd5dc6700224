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

  /** Whether what lies at each of these keys was put there by an execution that began after this time. */
  boolean replaced(Collection<String> keys, long time) throws RefusedException {
    Set<String> left = new HashSet<String>(keys);
    for (ExecutionFacts execution : waiting) {
      for (WriteFacts write : execution.writes) {
        if (execution.startedOn >= time) removeReplaced(write, left);
      }
    }
    return left.isEmpty();
  }

  private static void removeReplaced(WriteFacts write, Set<String> keys) throws RefusedException {
    String root = Location.keyOf(write.rootUri);
    Set<String> written = new HashSet<String>();
    for (WrittenFile file : write.files) {
      String path = Location.below(root, Location.keyOf(file.uri));
      if (path != null) written.add(path);
    }
    Replaced replaced = Replaced.by(write, written);
    keys.removeIf(key -> {
      String path = Location.below(root, key);
      return path != null && (written.contains(path) || replaced.covers(path));
    });
  }
}
