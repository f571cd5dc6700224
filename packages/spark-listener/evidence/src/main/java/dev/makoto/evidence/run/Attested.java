package dev.makoto.evidence.run;

import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.facts.Reason;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** An attestation that counts: made by this run, or verified under its trust keys. */
final class Attested {
  String name;
  /** The location's key. */
  String root;
  String kind;
  String subject;
  /** H of the bundle's (unsigned: the statement's) bytes. */
  String bundle;
  /** Store-relative path of the bundle. */
  String ref;
  String predicateType;
  String identity;
  /** Whether it only states what somebody found: role {@code #observer}. */
  boolean observed;
  /** Null for the first. */
  String previousSubject;
  String previousBundle;
  /** Why its outputs are not known in full; empty where they are. */
  Set<Reason> shortfalls = Collections.emptySet();
  /** When it was committed or collected, as the statement says. */
  long time;
  /** The version's files; null for a single file, where the list cannot be had, and until it is read. */
  Manifest files;
  /** Whether the list is a manifest in the store. */
  boolean filesStored;
  /** Whether list and index were read, or are this run's own. */
  boolean listsRead;
  /** Sizes and times of the files as their writer saw them. */
  Map<String, FileState> index = Collections.emptyMap();

  /** What a reference to it needs: an execution's inputs are kept together, and their lists are not needed for that. */
  Attested withoutLists() {
    Attested named = new Attested();
    named.name = name;
    named.root = root;
    named.kind = kind;
    named.subject = subject;
    named.bundle = bundle;
    named.ref = ref;
    named.predicateType = predicateType;
    named.identity = identity;
    named.observed = observed;
    named.time = time;
    return named;
  }

  boolean isFile() {
    return "file".equals(kind);
  }

  /** The digest of the file at this path of the version; null where there is none, or the list is not known. */
  String digestOf(String path) {
    if (isFile()) return subject;
    return files == null || files.get(path) == null ? null : files.get(path).sha256;
  }

  /** The digest of the file at this path, where it was of this size and time when it was attested: an index speaks of its own version only. */
  String indexedDigestOf(String path, long size, long mtime) {
    FileState state = index.get(path);
    return state != null && state.fits(size, mtime) && state.sha256.equals(digestOf(path)) ? state.sha256 : null;
  }
}
