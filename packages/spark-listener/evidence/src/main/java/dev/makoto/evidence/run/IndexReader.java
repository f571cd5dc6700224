package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.MerkleTree;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.envelope.Dsse;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.statement.Names;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Producers' cache of sizes and times: believed only under a head that a key that counts has signed. @see docs/spec/predicates.md */
final class IndexReader {
  private static final int MAX_BYTES = 64 << 20;
  private static final int MAX_PATH = 64;

  private final Store store;
  private final PublicKeys keys;
  /** The last envelope that verified: the indexes of one run share a few. */
  private String verified = "";

  IndexReader(Store store, PublicKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  static String pathOf(String name, String subject, String bundle) {
    return "indexes/" + Names.hash(name) + "/" + subject + "_" + bundle + ".json";
  }

  /** States by manifest path; empty where there is no index that counts. */
  Map<String, FileState> read(Attested attested) throws IOException {
    byte[] bytes = keys.isEmpty() ? null : store.get(pathOf(attested.name, attested.subject, attested.bundle), MAX_BYTES);
    if (bytes == null) return Collections.emptyMap();
    try {
      JsonObject object = Json.parseObject(bytes, MAX_BYTES);
      JsonObject index = object.object("index");
      Dsse envelope = Dsse.parse(object.object("envelope"), IndexWriter.PAYLOAD_TYPE);
      boolean counts = isUnder(Json.parseObject(envelope.payload, MAX_BYTES), index, object.object("proof")) && verifies(envelope);
      return counts ? statesIn(index, attested) : Collections.<String, FileState>emptyMap();
    } catch (RefusedException unusable) {
      return Collections.emptyMap();
    }
  }

  private boolean verifies(Dsse envelope) {
    String digest = Sha256.hex(envelope.render());
    if (digest.equals(verified)) return true;
    if (!envelope.verifies(keys)) return false;
    verified = digest;
    return true;
  }

  private static boolean isUnder(JsonObject head, JsonObject index, JsonObject proof) throws RefusedException {
    List<byte[]> path = new ArrayList<byte[]>();
    for (Object sibling : proof.list("path")) {
      if (path.size() >= MAX_PATH || !(sibling instanceof String && Hex.isSha256((String) sibling))) return false;
      path.add(Hex.decode((String) sibling));
    }
    Object leaf = proof.get("leaf");
    Object size = head.get("size");
    if (!(leaf instanceof Long) || !(size instanceof Long) || !Hex.isSha256(head.string("root"))) return false;
    byte[] root = MerkleTree.rootFrom(Sha256.of(Json.canonicalize(index)), (Long) leaf, (Long) size, path);
    return root != null && Arrays.equals(root, Hex.decode(head.string("root")));
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
