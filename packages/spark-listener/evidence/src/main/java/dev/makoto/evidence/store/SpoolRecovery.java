package dev.makoto.evidence.store;

import dev.makoto.evidence.Log;
import dev.makoto.evidence.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What runs that died left in the spool of their sink, put a little at a time. */
final class SpoolRecovery {
  /** A run's folder: what is looked for lies beside it. */
  private final Path own;
  /** Where the store failed. They come last the next time: an object that it never takes must not keep the others back. */
  private final Set<Path> troubled = new LinkedHashSet<Path>();
  /** What this machine does not give: it stays for a person to look at. */
  private final Set<Path> unreadable = new HashSet<Path>();
  /** How many objects the store did not have. */
  private int stored;
  private boolean over;

  SpoolRecovery(Path own) {
    this.own = own;
  }

  /** Whether this run has seen to everything that lay there, but for what it cannot read and what others use. */
  boolean isOver() {
    return over;
  }

  /**
   * Puts the objects of each folder in the order in which they were written, until {@code goesOn} says no; it is asked after each.
   *
   * @throws IOException from the store; what is left stays for another time
   */
  void recover(Store store, Log words, BooleanSupplier goesOn) throws IOException {
    if (over) return;
    for (Path other : others()) {
      if (!goesOn.getAsBoolean() || !empty(other, store, words, goesOn)) return;
    }
    over = true;
    if (stored > 0) words.info(stored + " objects that earlier runs had left are in the store now");
  }

  private List<Path> others() throws IOException {
    List<Path> others = new ArrayList<Path>();
    for (Path entry : SpoolDirectory.entries(own.getParent())) {
      boolean run = !entry.equals(own) && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
      if (run && !troubled.contains(entry) && !unreadable.contains(entry)) others.add(entry);
    }
    others.addAll(troubled);
    return others;
  }

  /** @return whether nothing more is to be had there */
  private boolean empty(Path other, Store store, Log words, BooleanSupplier goesOn) throws IOException {
    try (Leftover left = open(other, words)) {
      if (left == null) return true;
      for (SpooledObject object = left.next(); object != null; object = left.next()) {
        put(object, store, words);
        left.pass();
        if (!goesOn.getAsBoolean()) return false;
      }
      if (left.isUnreadable()) unreadable.add(other);
      else left.remove();
      troubled.remove(other);
      return true;
    } catch (IOException | RuntimeException failure) {
      troubled.remove(other);
      troubled.add(other);
      throw failure;
    }
  }

  private Leftover open(Path other, Log words) {
    try {
      return Leftover.open(other, words);
    } catch (IOException failure) {
      words.warn("what an earlier run left cannot be read: " + other, failure);
      unreadable.add(other);
      troubled.remove(other);
      return null;
    }
  }

  private void put(SpooledObject object, Store store, Log words) throws IOException {
    try {
      if (store.put(object.path, object.bytes) == PutResult.STORED) stored++;
    } catch (RefusedException | StoreConflictException unusable) {
      words.warn("an object left in the spool cannot be stored", unusable);
    }
  }
}
