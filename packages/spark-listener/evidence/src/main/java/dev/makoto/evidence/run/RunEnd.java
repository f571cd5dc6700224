package dev.makoto.evidence.run;

/** When a run has to come to its end. Set by another thread than the run's. */
public final class RunEnd {
  private volatile long time = Long.MAX_VALUE;

  /** @param time milliseconds since the epoch: from then on nothing is waited for */
  public void set(long time) {
    this.time = time;
  }

  boolean comesBefore(long millis) {
    return time < millis;
  }
}
