package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.envelope.Bundle;
import dev.makoto.evidence.envelope.Dsse;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.statement.Location;
import dev.makoto.evidence.statement.Names;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.store.Content;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Reads attestations from a store that is not trusted: only what verifies under the keys comes back. */
final class AttestationReader {
  private static final long MAX_MANIFEST = 256L << 20;

  private final Store store;
  private final PublicKeys keys;
  private final boolean unsignedCount;

  /** @param unsignedCount whether unsigned statements count too: only for runs that are unsigned themselves */
  AttestationReader(Store store, PublicKeys keys, boolean unsignedCount) {
    this.store = store;
    this.keys = keys;
    this.unsignedCount = unsignedCount;
  }

  /**
   * The attestation of this subject with this bundle digest; null where there is none that counts. A list of files that is stored beside
   * it is left there, for {@link #readFiles}.
   */
  Attested read(String subject, String bundle) throws IOException {
    String path = "attestations/" + subject + "/" + bundle;
    try {
      byte[] bytes = store.get(path + ".sigstore.json", Bundle.MAX_BYTES);
      if (bytes != null) return readBundle(bytes, subject, bundle, path + ".sigstore.json");
      bytes = unsignedCount ? store.get(path + ".intoto.json", Bundle.MAX_BYTES) : null;
      return bytes == null || !Sha256.hex(bytes).equals(bundle) ? null : readStatement(bytes, subject, bundle, path + ".intoto.json");
    } catch (RefusedException notOurs) {
      return null;
    }
  }

  /** Whether there is a bundle, or where unsigned statements count a statement, that counts or does not. */
  boolean isThere(String subject, String bundle) throws IOException {
    String path = "attestations/" + subject + "/" + bundle;
    return store.exists(path + ".sigstore.json") || unsignedCount && store.exists(path + ".intoto.json");
  }

  private Attested readBundle(byte[] bytes, String subject, String bundle, String ref) throws IOException {
    if (!Sha256.hex(bytes).equals(bundle)) return null;
    Dsse envelope = Bundle.parse(bytes).envelope;
    return envelope.verifies(keys) ? readStatement(envelope.payload, subject, bundle, ref) : null;
  }

  private Attested readStatement(byte[] bytes, String expectedSubject, String bundle, String ref) throws IOException {
    JsonObject statement = Json.parseObject(bytes, Bundle.MAX_BYTES);
    if (!Predicate.STATEMENT.equals(statement.string("_type")) || statement.list("subject").size() != 1) return null;
    if (!(statement.list("subject").get(0) instanceof JsonObject)) return null;
    JsonObject subject = (JsonObject) statement.list("subject").get(0);
    if (!expectedSubject.equals(subject.object("digest").string("sha256"))) return null;
    JsonObject predicate = statement.object("predicate");
    boolean origin = Predicate.ORIGIN.equals(statement.string("predicateType"));
    if (!origin && !Predicate.TRANSFORM.equals(statement.string("predicateType"))) return null;

    Attested attested = new Attested();
    attested.name = subject.string("name");
    if (attested.name == null) return null;
    attested.root = Location.keyOf(subject.string("uri") == null ? Names.uriOf(attested.name) : subject.string("uri"));
    attested.kind = subject.object("annotations").string("kind");
    attested.identity = subject.object("annotations").string("identity");
    attested.subject = expectedSubject;
    attested.bundle = bundle;
    attested.ref = ref;
    attested.predicateType = statement.string("predicateType");
    attested.observed = origin && isObserver(predicate);
    attested.previousSubject = hexOrNull(predicate.object("previous").string("sha256"));
    attested.previousBundle = hexOrNull(predicate.object("previous").object("attestationDigest").string("sha256"));
    attested.time = timeOf(origin ? predicate.object("origin").string("collectionTimestamp") : predicate.object("metadata").string("finishedOn"));
    attested.shortfalls = Completeness.shortfallsIn(predicate.object("completeness"));
    if ("files".equals(attested.kind)) {
      attested.files = predicate.has("files") ? filesIn(predicate, expectedSubject) : null;
      attested.filesStored = !predicate.has("files") && predicate.object("manifest").string("ref") != null;
    }
    return attested;
  }

  /** Reads the list of a version whose manifest is in the store; leaves null where it is not what the subject's digest says. */
  void readFiles(Attested attested) throws IOException {
    if (!attested.filesStored || attested.files != null) return;
    try {
      byte[] object = store.get("manifests/" + attested.subject + ".sha256sums.gz", MAX_MANIFEST);
      attested.files = object == null ? null : ofSubject(Manifest.parse(Content.gunzip(object, MAX_MANIFEST)), attested.subject);
    } catch (RefusedException unusable) {
      attested.files = null;
    }
  }

  private static boolean isObserver(JsonObject predicate) {
    String collector = predicate.object("collector").string("id");
    return collector != null && collector.endsWith("#observer");
  }

  private static Manifest filesIn(JsonObject predicate, String subject) {
    try {
      return ofSubject(listed(predicate.list("files")), subject);
    } catch (RefusedException unusable) {
      return null;
    }
  }

  private static Manifest ofSubject(Manifest files, String subject) {
    return files.sha256().equals(subject) ? files : null;
  }

  private static Manifest listed(List<?> files) throws RefusedException {
    List<ManifestEntry> entries = new ArrayList<ManifestEntry>(files.size());
    for (Object file : files) {
      if (!(file instanceof JsonObject)) throw new RefusedException("not a file entry");
      JsonObject entry = (JsonObject) file;
      String sha256 = entry.object("digest").string("sha256");
      if (entry.string("name") == null || sha256 == null) throw new RefusedException("not a file entry");
      entries.add(new ManifestEntry(entry.string("name"), sha256, sizeOf(entry.string("size"))));
    }
    return Manifest.of(entries);
  }

  static long sizeOf(String decimal) {
    return decimal != null && decimal.matches("\\d{1,18}") ? Long.parseLong(decimal) : -1;
  }

  private static String hexOrNull(String text) {
    return Hex.isSha256(text) ? text : null;
  }

  private static long timeOf(String text) {
    try {
      return text == null ? 0 : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException wrong) {
      return 0;
    }
  }
}
