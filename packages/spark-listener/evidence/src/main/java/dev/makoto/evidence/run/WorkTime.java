package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.Reason;

/**
 * How long one execution's inputs may be looked up, or stated: as long as they may be hashed, and not beyond the run's end. The first few
 * are done whatever the time.
 */
final class WorkTime {
  private static final int FEW = 16;

  final long deadline;
  private final RunEnd end;
  private int begun;

  /** @param deadline of the machine's clock, in milliseconds since the epoch */
  WorkTime(long deadline, RunEnd end) {
    this.deadline = deadline;
    this.end = end;
  }

  /** Whether the next one must not be begun. */
  boolean isOver() {
    return begun++ >= FEW && isUp();
  }

  /** Whether the time itself is over: then nothing is done that may be left undone. */
  boolean isUp() {
    return System.currentTimeMillis() >= deadline || reason() == Reason.DEADLINE;
  }

  /** Why there is no more. */
  Reason reason() {
    return end.comesBefore(System.currentTimeMillis()) ? Reason.DEADLINE : Reason.INPUT_OVER_BUDGET;
  }
}
