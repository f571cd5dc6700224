package dev.makoto.evidence.run;

import dev.makoto.evidence.statement.Names;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which attestations of a name there are. Pointers in the store are hints: what is taken from them has been verified, and their order
 * is that of the statements' own times and of {@code previous}.
 *
 * @see FORMATS §4
 */
final class KnownAttestations {
  private static final Pattern POINTER = Pattern.compile(".*/(\\d{8}T\\d{6}\\.\\d{3}Z)_([0-9a-f]{64})_([0-9a-f]{64})");
  /** Answers about names that others may write are kept this long. */
  private static final long FRESH_MILLIS = 5000;
  /** Attestations that count. */
  private static final int MAX_CANDIDATES = 16;
  /** Pointers that are looked at, whether or not they count: anybody who can write to the store can write some. */
  private static final int MAX_LOOKS = 1000;
  private static final int MAX_CHAIN = 256;
  private static final int MAX_CACHED = 20000;

  private final Store store;
  private final AttestationReader reader;
  private final IndexReader indexes;
  private final Clock clock;
  private final VersionCache<Answer> byName = new VersionCache<Answer>();
  private final VersionCache<Attested> byBundle = new VersionCache<Attested>();
  /** Objects that are there and do not count, and never will: subject and bundle. */
  private final Set<String> refused = new HashSet<String>();
  private final Map<String, Boolean> producedByBundle = new HashMap<String, Boolean>();

  KnownAttestations(Store store, AttestationReader reader, IndexReader indexes, Clock clock) {
    this.store = store;
    this.reader = reader;
    this.indexes = indexes;
    this.clock = clock;
  }

  /** The newest attestation of this name, perhaps as of a moment ago; null where there is none that counts. */
  Attested newest(String name) throws IOException {
    Answer answer = byName.get(name);
    return answer != null && clock.millis() - answer.at < FRESH_MILLIS ? answer.newest : newestNow(name);
  }

  /** The newest attestation of this name, asked of the store now. */
  Attested newestNow(String name) throws IOException {
    Answer before = byName.get(name);
    List<Attested> candidates = candidatesOf(name);
    if (before != null && before.newest != null && !candidates.contains(before.newest)) candidates.add(before.newest);
    Attested newest = withLists(headOf(candidates));
    byName.put(name, new Answer(newest, clock.millis(), hasProducer(candidates)), newest);
    return newest;
  }

  /** An attestation that this run has made is the newest of its name and of its location's. */
  void remember(Attested attested, String locationName) {
    attested.listsRead = true;
    byBundle.put(attested.bundle, attested, attested);
    for (String name : new String[] {attested.name, locationName}) {
      Answer before = byName.get(name);
      Answer answer = new Answer(attested, clock.millis(), !attested.observed || before != null && before.hasProducer);
      byName.put(name, answer, attested);
    }
  }

  /** The attestation before this one; null at the first, and where it does not count. */
  Attested before(Attested attested) throws IOException {
    return withLists(linkBefore(attested));
  }

  private Attested linkBefore(Attested attested) throws IOException {
    if (attested.previousBundle == null || attested.previousSubject == null) return null;
    return load(attested.previousSubject, attested.previousBundle);
  }

  /** Whether anybody but observers ever attested this name, as far as the chain can be followed. @see FORMATS §3 */
  boolean wasProduced(String name, Attested newest) throws IOException {
    Answer answer = byName.get(name);
    if (answer != null && answer.hasProducer) return true;
    Boolean known = producedByBundle.get(newest.bundle);
    if (known != null) return known;
    boolean produced = false;
    Attested link = newest;
    for (int i = 0; link != null && !produced && i < MAX_CHAIN; i++) {
      produced = !link.observed;
      link = linkBefore(link);
    }
    bound(producedByBundle).put(newest.bundle, produced);
    return produced;
  }

  /** An attestation of this subject with this identity that counts under the given reader's keys; null where there is none. */
  Attested withIdentity(String subject, String identity, AttestationReader own) throws IOException {
    for (String path : store.list("attestations/" + subject)) {
      Matcher object = Pattern.compile(".*/([0-9a-f]{64})\\.(?:sigstore|intoto)\\.json").matcher(path);
      if (!object.matches()) continue;
      Attested attested = own.read(subject, object.group(1));
      if (attested == null || !identity.equals(attested.identity)) continue;
      own.readFiles(attested);
      return attested;
    }
    return null;
  }

  private List<Attested> candidatesOf(String name) throws IOException {
    List<String> pointers = new ArrayList<String>(store.list("names/" + Names.hash(name)));
    Collections.sort(pointers, Collections.reverseOrder());
    List<Attested> candidates = new ArrayList<Attested>();
    Set<String> seen = new HashSet<String>();
    for (String path : pointers) {
      Matcher pointer = POINTER.matcher(path);
      // The subject too: a pointer with another's bundle and a wrong subject must not hide the right one.
      if (!pointer.matches() || !seen.add(keyOf(pointer.group(2), pointer.group(3)))) continue;
      if (candidates.size() >= MAX_CANDIDATES || seen.size() > MAX_LOOKS) break;
      Attested attested = load(pointer.group(2), pointer.group(3));
      if (attested != null && isNamed(attested, name)) candidates.add(attested);
    }
    return candidates;
  }

  /** Lists are read for a version that is used: those of sixteen versions of a large dataset would not fit into a driver's heap. */
  private Attested withLists(Attested attested) throws IOException {
    if (attested == null || attested.listsRead) return attested;
    reader.readFiles(attested);
    attested.index = indexes.read(attested);
    attested.listsRead = true;
    byBundle.put(attested.bundle, attested, attested);
    return attested;
  }

  /** The attestation itself; its lists may not have been read. */
  private Attested load(String subject, String bundle) throws IOException {
    Attested cached = byBundle.get(bundle);
    if (cached != null) return cached.subject.equals(subject) ? cached : null;
    if (refused.contains(keyOf(subject, bundle))) return null;
    Attested attested = reader.read(subject, bundle);
    // What is not there yet may come: only what is there is remembered.
    if (attested == null) {
      if (refused.size() > MAX_CACHED) refused.clear();
      if (reader.isThere(subject, bundle)) refused.add(keyOf(subject, bundle));
      return null;
    }
    byBundle.put(bundle, attested, attested);
    return attested;
  }

  private static String keyOf(String subject, String bundle) {
    return subject + "_" + bundle;
  }

  private static boolean isNamed(Attested attested, String name) throws IOException {
    return attested.name.equals(name) || Names.datasetName(attested.root).equals(name);
  }

  /** The latest by its own time, then whatever names it as its previous. */
  private static Attested headOf(List<Attested> candidates) {
    if (candidates.isEmpty()) return null;
    Attested head = Collections.max(candidates, new Comparator<Attested>() {
      @Override
      public int compare(Attested left, Attested right) {
        return Long.compare(left.time, right.time);
      }
    });
    for (int i = 0; i < candidates.size(); i++) {
      for (Attested candidate : candidates) {
        if (head.bundle.equals(candidate.previousBundle)) head = candidate;
      }
    }
    return head;
  }

  private static boolean hasProducer(List<Attested> candidates) {
    for (Attested candidate : candidates) {
      if (!candidate.observed) return true;
    }
    return false;
  }

  private static <K, V> Map<K, V> bound(Map<K, V> cache) {
    if (cache.size() > MAX_CACHED) cache.clear();
    return cache;
  }

  private static final class Answer {
    final Attested newest;
    final long at;
    final boolean hasProducer;

    Answer(Attested newest, long at, boolean hasProducer) {
      this.newest = newest;
      this.at = at;
      this.hasProducer = hasProducer;
    }
  }
}
