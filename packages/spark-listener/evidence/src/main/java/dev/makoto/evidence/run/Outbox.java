package dev.makoto.evidence.run;

import dev.makoto.evidence.Log;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.store.Spool;
import dev.makoto.evidence.store.Store;
import dev.makoto.evidence.store.StoreConflictException;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Sees that objects reach the store: through the spool, and where that has no room straight away. Never fails for the store's sake. */
final class Outbox {
  private static final long FIRST_PAUSE = 1000;
  private static final long FIRST_PAUSE_OF_THE_END = 100;
  private static final long LONGEST_PAUSE = 60000;

  private final Store store;
  private final Spool spool;
  private final Gaps gaps;
  private final Clock clock;
  private final Log log;
  /** In the order of storing: what is referred to comes before what refers to it. */
  private final Map<String, byte[]> pending = new LinkedHashMap<String, byte[]>();
  private final Set<String> refused = new HashSet<String>();
  private long storeRetryAt;
  private long storePause = FIRST_PAUSE;
  private boolean saidLost;

  Outbox(Store store, Spool spool, Gaps gaps, Clock clock, Log log) {
    this.store = store;
    this.spool = spool;
    this.gaps = gaps;
    this.clock = clock;
    this.log = log;
  }

  /** Keeps an object for {@link #commit}. */
  void put(String path, byte[] bytes) {
    pending.put(path, bytes);
  }

  /** Writes what was put since the last time down, together, and tries to store it. */
  void commit() {
    if (pending.isEmpty()) return;
    deliver();
    if (!pending.isEmpty()) lose();
  }

  /** Tries until everything is stored or the deadline (of the machine's clock) has come. @return whether nothing waits in the spool */
  boolean flush(long deadline) {
    storePause = FIRST_PAUSE_OF_THE_END;
    boolean stored = deliverNow();
    while (!stored && System.currentTimeMillis() + storePause < deadline) {
      try {
        Thread.sleep(storePause);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        break;
      }
      stored = deliverNow();
    }
    if (!pending.isEmpty()) lose();
    return spool.waiting() == 0;
  }

  private boolean deliverNow() {
    storeRetryAt = 0;
    deliver();
    return pending.isEmpty() && spool.waiting() == 0;
  }

  /** What finds room neither in the spool nor in the store is still pending afterwards. */
  private void deliver() {
    writeDown();
    if (clock.millis() < storeRetryAt || !drain() || pending.isEmpty()) return;
    // The store has taken what waited: that may have been what left no room.
    writeDown();
    if (pending.isEmpty()) drain();
    else passOn();
  }

  private void writeDown() {
    if (spool.add(new LinkedHashMap<String, byte[]>(pending))) pending.clear();
  }

  /** @return whether the store has all that the spool held */
  private boolean drain() {
    try {
      for (String path : spool.drainInto(store)) refuse(path);
      storePause = FIRST_PAUSE;
      storeRetryAt = 0;
      return true;
    } catch (IOException | RuntimeException failure) {
      waitForStore(failure);
      return false;
    }
  }

  /** Stores what is larger than the spool has room for. */
  private void passOn() {
    try {
      for (Iterator<Map.Entry<String, byte[]>> next = pending.entrySet().iterator(); next.hasNext(); next.remove()) {
        store(next.next());
      }
    } catch (IOException | RuntimeException failure) {
      waitForStore(failure);
    }
  }

  private void store(Map.Entry<String, byte[]> object) throws IOException {
    try {
      store.put(object.getKey(), object.getValue());
    } catch (RefusedException | StoreConflictException unusable) {
      refuse(object.getKey());
    }
  }

  private void refuse(String path) {
    if (refused.add(path)) gaps.count(null, "store-conflict", 1);
  }

  private void waitForStore(Exception failure) {
    log.warn("the store cannot be written; " + spool.waiting() + " batches wait in the spool", failure);
    storeRetryAt = clock.millis() + storePause;
    storePause = Math.min(2 * storePause, LONGEST_PAUSE);
  }

  private void lose() {
    if (!saidLost) log.warn("statements are lost: the spool has no room and the store cannot be written", null);
    saidLost = true;
    gaps.count(null, "object-lost", pending.size());
    pending.clear();
  }
}
