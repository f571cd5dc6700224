package dev.makoto.evidence.run;

import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Identity;
import dev.makoto.evidence.statement.Names;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.statement.Times;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.Map;

/** Makes the attestation of a dataset version, once: statement, bundle, pointers, index, and what this run remembers of it. */
final class DatasetAttester {
  private final RunContext run;
  private final Publisher publisher;
  private final FileLists lists;
  private final KnownAttestations known;
  /** Reads under our own key only. */
  private final AttestationReader own;
  private final FileMemory memory;
  private final RunLedger ledger;
  private final Gaps gaps;
  private final IndexWriter indexes;
  private final VersionCache<Attested> made = new VersionCache<Attested>();

  DatasetAttester(
      RunContext run,
      Publisher publisher,
      FileLists lists,
      KnownAttestations known,
      AttestationReader own,
      FileMemory memory,
      IndexWriter indexes,
      RunLedger ledger,
      Gaps gaps) {
    this.run = run;
    this.publisher = publisher;
    this.lists = lists;
    this.known = known;
    this.own = own;
    this.memory = memory;
    this.indexes = indexes;
    this.ledger = ledger;
    this.gaps = gaps;
  }

  String identityOf(String predicateType, DatasetVersion version, String executionId) {
    return Identity.of(predicateType, version.name, version.sha256, run.runId, executionId);
  }

  /** The attestation with this identity that we have made before; null where there is none, or the store cannot be asked. */
  Attested madeBefore(DatasetVersion version, String identity) {
    Attested known = made.get(identity);
    if (known != null) return known;
    try {
      return this.known.withIdentity(version.sha256, identity, own);
    } catch (IOException unreadable) {
      gaps.count(null, "store-unreadable", 1);
      return null;
    }
  }

  /**
   * The newest attestation of the version's name; null where there is none, or none can be had. It may be a moment old: two writers of
   * one dataset at once are a fork whether or not they look.
   */
  Attested previousOf(DatasetVersion version) throws IOException {
    try {
      Attested newest = known.newest(version.name);
      return newest != null ? newest : known.newest(Names.datasetName(version.root));
    } catch (IOException unreadable) {
      run.log.warn("the store cannot be asked for the newest attestation of " + version.name, unreadable);
      gaps.count(null, "store-unreadable", 1);
      return null;
    }
  }

  /**
   * Signs and stores.
   *
   * @param predicate all but {@code files} or {@code manifest}, and {@code previous}
   * @param time when the version came to be, or was seen
   */
  Attested attest(DatasetVersion version, String predicateType, String identity, JsonObject predicate, Attested previous, long time)
      throws IOException, GeneralSecurityException {
    if (!version.isFile()) lists.into(predicate, version.files, new ListRoom());
    predicate.with("previous", previous == null ? null : previousJson(previous));
    JsonObject statement = new JsonObject()
        .with("_type", Predicate.STATEMENT)
        .with("subject", Collections.singletonList(version.subject(identity)))
        .with("predicateType", predicateType)
        .with("predicate", predicate);
    String[] bundle = publisher.publish(version.sha256, statement);
    Attested attested = describe(version, predicateType, identity, predicate, previous, time, bundle);
    String locationName = Names.datasetName(version.root);
    writePointer(attested, attested.name);
    if (!locationName.equals(attested.name)) writePointer(attested, locationName);
    indexes.add(attested);
    known.remember(attested, locationName);
    rememberFiles(version);
    ledger.stored(attested.bundle);
    made.put(identity, attested, attested);
    return attested;
  }

  private static Attested describe(
      DatasetVersion version, String predicateType, String identity, JsonObject predicate, Attested previous, long time, String[] bundle) {
    Attested attested = new Attested();
    attested.name = version.name;
    attested.root = version.root;
    attested.kind = version.kind;
    attested.subject = version.sha256;
    attested.bundle = bundle[0];
    attested.ref = bundle[1];
    attested.predicateType = predicateType;
    attested.identity = identity;
    String collector = predicate.object("collector").string("id");
    attested.observed = collector != null && collector.endsWith("#observer");
    attested.previousSubject = previous == null ? null : previous.subject;
    attested.previousBundle = previous == null ? null : previous.bundle;
    attested.time = time;
    attested.shortfalls = Completeness.shortfallsIn(predicate.object("completeness"));
    attested.files = version.isFile() ? null : version.files;
    attested.index = version.states;
    return attested;
  }

  private static JsonObject previousJson(Attested previous) {
    return new JsonObject().with("sha256", previous.subject).with("attestationDigest", FileLists.digest(previous.bundle));
  }

  private void writePointer(Attested attested, String name) {
    JsonObject pointer = new JsonObject()
        .with("name", name)
        .with("subject", attested.subject)
        .with("bundle", attested.bundle)
        .with("time", Times.render(attested.time));
    String file = Times.renderForPath(attested.time) + "_" + attested.subject + "_" + attested.bundle;
    publisher.put("names/" + Names.hash(name) + "/" + file, Json.canonicalize(pointer));
  }

  private void rememberFiles(DatasetVersion version) {
    for (Map.Entry<String, FileState> state : version.states.entrySet()) {
      memory.remember(version.isFile() ? version.root : version.root + "/" + state.getKey(), state.getValue());
    }
  }
}
