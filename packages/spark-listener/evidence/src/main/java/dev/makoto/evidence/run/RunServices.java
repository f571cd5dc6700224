package dev.makoto.evidence.run;

import dev.makoto.evidence.Log;
import dev.makoto.evidence.digest.Hasher;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.kms.Environment;
import dev.makoto.evidence.store.Store;
import java.time.Clock;

/** What a run needs from its platform. */
public final class RunServices {
  public final Store store;
  public final DataFiles files;
  /** Null: two threads of this JVM. */
  public Hasher hasher;
  public Log log = Log.SILENT;
  public Clock clock = Clock.systemUTC();
  /** Where credentials for key services come from. */
  public Environment environment = Environment.SYSTEM;
  public RunEnd end = new RunEnd();
  public WaitingWrites waiting = new WaitingWrites();

  public RunServices(Store store, DataFiles files) {
    this.store = store;
    this.files = files;
  }
}
