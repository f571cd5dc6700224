package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.store.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;

/** Opens the spool of a run, and says what is left in it. */
final class RunSpool {
  private RunSpool() {}

  static Spool open(RunContext context, Gaps gaps) {
    Configuration configuration = context.configuration;
    Path directory = configuration.spoolDir == null ? Spool.defaultDirectory() : Paths.get(configuration.spoolDir);
    Spool spool;
    try {
      spool = Spool.open(directory, String.valueOf(configuration.sink), context.runId);
    } catch (IOException | RuntimeException unusable) {
      context.log.warn("no spool: what the store does not take at once is kept in memory", unusable);
      gaps.count(null, "spool-unavailable", 1);
      return Spool.inMemory();
    }
    if (spool.isCrowded()) {
      context.log.warn("other runs have left so much in " + directory + " that it may get full: this run then waits for its store in memory", null);
    }
    return spool;
  }

  /** What is left for the next run, and what is not. */
  static void warnOfWhatWaits(Spool spool, RunContext context) {
    int lost = spool.waitingInMemory();
    int left = spool.waiting() - lost;
    if (left > 0) context.log.warn(left + " batches are left in the spool for the next run with this sink", null);
    if (lost > 0) context.log.warn(lost + " batches are lost: the spool had no room and the store could not be written", null);
  }

  static void close(Spool spool, RunContext context) {
    try {
      spool.close();
    } catch (IOException failure) {
      context.log.warn("the spool cannot be closed", failure);
    }
  }
}
