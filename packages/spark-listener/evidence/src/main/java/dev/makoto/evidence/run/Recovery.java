package dev.makoto.evidence.run;

import dev.makoto.evidence.store.Spool;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Puts what earlier runs left in the spool, while nothing of this run waits there. It is never in this run's way. */
final class Recovery {
  private static final long FIRST_PAUSE = 1000;
  private static final long LONGEST_PAUSE = 60000;

  private final RunContext run;
  private final Spool spool;
  private final Store store;
  private long again;
  private long pause = FIRST_PAUSE;

  Recovery(RunContext run, Spool spool, Store store) {
    this.run = run;
    this.spool = spool;
    this.store = store;
  }

  /** Goes on from where it stopped, until {@code goesOn} says no. Where the store fails it rests for a while. */
  void goOn(BooleanSupplier goesOn) {
    if (spool.isRecovered() || spool.waiting() > 0 || run.clock.millis() < again) return;
    try {
      spool.recoverInto(store, run.log, goesOn);
      pause = FIRST_PAUSE;
    } catch (IOException | RuntimeException failure) {
      if (pause == FIRST_PAUSE) run.log.warn("what earlier runs left in the spool stays there for now", failure);
      again = run.clock.millis() + pause;
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }
}
