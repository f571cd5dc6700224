package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.envelope.Dsse;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.statement.Names;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** Producers' cache of sizes and times: believed only when signed by a key that counts. @see docs/spec/predicates.md */
final class IndexReader {
  static final String PAYLOAD_TYPE = "application/vnd.makoto.index.v1+json";
  private static final int MAX_BYTES = 64 << 20;

  private final Store store;
  private final PublicKeys keys;

  IndexReader(Store store, PublicKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  static String pathOf(String name, String subject, String bundle) {
    return "indexes/" + Names.hash(name) + "/" + subject + "_" + bundle + ".dsse.json";
  }

  /** States by manifest path; empty where there is no index that counts. */
  Map<String, FileState> read(Attested attested) throws IOException {
    byte[] bytes = keys.isEmpty() ? null : store.get(pathOf(attested.name, attested.subject, attested.bundle), MAX_BYTES);
    if (bytes == null) return Collections.emptyMap();
    try {
      Dsse envelope = Dsse.parse(Json.parseObject(bytes, MAX_BYTES), PAYLOAD_TYPE);
      return envelope.verifies(keys) ? statesIn(Json.parseObject(envelope.payload, MAX_BYTES), attested) : Collections.<String, FileState>emptyMap();
    } catch (RefusedException unusable) {
      return Collections.emptyMap();
    }
  }

  /** An index of another attestation says nothing here, however well it is signed. */
  private static Map<String, FileState> statesIn(JsonObject index, Attested attested) {
    boolean same = attested.name.equals(index.string("name"))
        && attested.subject.equals(index.string("subject"))
        && attested.bundle.equals(index.string("bundle"));
    if (!same) return Collections.emptyMap();
    Map<String, FileState> states = new HashMap<String, FileState>();
    for (Object entry : index.list("files")) {
      if (!(entry instanceof JsonObject)) continue;
      JsonObject file = (JsonObject) entry;
      long size = AttestationReader.sizeOf(file.string("size"));
      long mtime = AttestationReader.sizeOf(file.string("mtime"));
      if (file.string("path") != null && file.string("sha256") != null && size >= 0 && mtime >= 0) {
        states.put(file.string("path"), new FileState(size, mtime, file.string("sha256")));
      }
    }
    return states;
  }
}
