package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.JobFacts;
import dev.makoto.evidence.facts.RunFacts;

/**
 * One run of an application: turns facts into signed, stored statements.
 *
 * <p>All calls come from one worker thread. Nothing here throws for the data's, the store's or the network's sake: what could not be
 * stated becomes a reason in a statement or a gap in the run.
 *
 * @see "FORMATS §3, What the Spark agent states"
 */
public final class Run implements AutoCloseable {
  private Run() {}

  /**
   * Opens the key, the trust keys and the spool, puts what earlier runs left behind, and states the run's start.
   *
   * @throws ConfigurationException only where {@code on-failure} is {@code fail}; else a key that cannot be used makes an unsigned run
   */
  public static Run start(RunFacts facts, Configuration configuration, RunServices services) throws ConfigurationException {
    return new Run();
  }

  /** {@code <applicationId>~<attempt>~<16 random hex>}. */
  public String runId() {
    return "";
  }

  /** States what one execution read and wrote. */
  public void execution(ExecutionFacts facts) {}

  /** States the stages of a job outside SQL. */
  public void job(JobFacts facts) {}

  /** Counts something that could not be stated. */
  public void gap(String reason, long count) {}

  /** Counts events that the listener's queue dropped. */
  public void droppedEvents(long count) {}

  /** Puts what is still spooled, states the seal and the run's DBOM. {@code outcome}: {@code succeeded}, {@code failed}, {@code unknown}. */
  public void seal(String outcome) {}

  /** Lets go of the spool; objects that could not be put stay there for the next run. */
  @Override
  public void close() {}
}
