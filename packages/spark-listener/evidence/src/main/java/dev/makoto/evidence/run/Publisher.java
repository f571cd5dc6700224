package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.envelope.Bundle;
import dev.makoto.evidence.envelope.Dsse;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.KeyId;
import dev.makoto.evidence.store.Spool;
import dev.makoto.evidence.store.Store;
import dev.makoto.evidence.time.TimestampAuthorities;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** Signs statements, and hands them out with the objects that belong to them. */
final class Publisher {
  static final String TIMESTAMP_UNAVAILABLE = "timestamp-unavailable";
  /** Objects that are remembered: what is made twice is made twice soon. */
  private static final int MAX_MADE = 20000;
  private static final int TIMESTAMP_TIMEOUT = 5000;

  private final RunContext run;
  /** As a bundle names the key; null where there is none. */
  private final String hint;
  private final Outbox outbox;
  /** Null where none is configured. */
  private final TimestampAuthorities authorities;
  private final Gaps gaps;
  /** Objects of this run that may be made once only, with their digests: their paths hold its random id, so nobody else makes them. */
  private final RecentlyUsed<String> made = new RecentlyUsed<String>(MAX_MADE);

  Publisher(RunContext run, Store store, Spool spool, TimestampAuthorities authorities, Gaps gaps) {
    this.run = run;
    this.hint = run.signer == null ? null : KeyId.hint(run.signer.publicKey());
    this.outbox = new Outbox(store, spool, gaps, run.clock, run.log);
    this.authorities = authorities;
    this.gaps = gaps;
  }

  /** Null where none is configured. */
  static TimestampAuthorities authorities(Configuration configuration) {
    if (configuration.timestampUrls.isEmpty()) return null;
    int timeout = (int) Math.min(TIMESTAMP_TIMEOUT, Math.max(1, configuration.timeoutMillis));
    return new TimestampAuthorities(configuration.timestampUrls, timeout);
  }

  boolean isSigned() {
    return run.signer != null;
  }

  String extension() {
    return isSigned() ? ".sigstore.json" : ".intoto.json";
  }

  /** The bytes that are stored for a statement: a bundle, or the statement itself where there is no key. */
  byte[] seal(JsonObject statement, boolean timestamped) throws GeneralSecurityException {
    byte[] payload = Json.canonicalize(statement);
    if (!isSigned()) return payload;
    Dsse envelope = Dsse.sign(Dsse.STATEMENT_TYPE, payload, run.signer);
    byte[] timestamp = timestamped && authorities != null ? timestamp(envelope.signature) : null;
    return Bundle.render(envelope, hint, timestamp);
  }

  /** Signs something that is no statement. */
  Dsse sign(String payloadType, JsonObject payload) throws GeneralSecurityException {
    return Dsse.sign(payloadType, Json.canonicalize(payload), run.signer);
  }

  /** Stores a statement about a dataset under its subject. @return {bundle digest, reference} */
  String[] publish(String subject, JsonObject statement) throws GeneralSecurityException {
    byte[] bytes = seal(statement, true);
    String bundle = Sha256.hex(bytes);
    String ref = "attestations/" + subject + "/" + bundle + extension();
    put(ref, bytes);
    return new String[] {bundle, ref};
  }

  /** Keeps an object for {@link #commit}. */
  void put(String path, byte[] bytes) {
    outbox.put(path, bytes);
  }

  /** @see Outbox#commit */
  void commit() {
    outbox.commit();
  }

  /** @see Outbox#flush */
  boolean flush(long deadline) {
    return outbox.flush(deadline);
  }

  /** Writes an object whose bytes differ each time it is made, unless it is there. @return the digest of what is there */
  String putOnce(String path, byte[] bytes) {
    String digest = made.get(path);
    if (digest != null) return digest;
    digest = Sha256.hex(bytes);
    made.put(path, digest);
    put(path, bytes);
    return digest;
  }

  /** Where a timestamp is required the worker waits for it, as long as the end of a run may take; the job waits for nothing. */
  private byte[] timestamp(byte[] signature) {
    try {
      return authorities.timestamp(signature, run.configuration.timestampRequired ? patience() : TimestampAuthorities.NONE);
    } catch (IOException | RuntimeException failure) {
      run.log.warn("no timestamp", failure);
      gaps.count(null, TIMESTAMP_UNAVAILABLE, 1);
      return null;
    }
  }

  private TimestampAuthorities.Patience patience() {
    final long deadline = System.currentTimeMillis() + run.configuration.timeoutMillis;
    return new TimestampAuthorities.Patience() {
      @Override
      public boolean allows(long pauseMillis) {
        long then = System.currentTimeMillis() + pauseMillis;
        return then < deadline && !run.end.comesBefore(then);
      }
    };
  }
}
