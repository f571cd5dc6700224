package dev.makoto.evidence.run;

import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.MerkleTree;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what the next writer need not hash again. A signature costs more than most indexes save, so many share one: what is signed is
 * the head of a tree of their digests, and each carries its path.
 *
 * @see docs/spec/predicates.md Pointers, indexes
 */
final class IndexWriter {
  static final String PAYLOAD_TYPE = "application/vnd.makoto.index.v1+json";
  private static final int MAX_FILES = 100000;
  private static final int INDEXES_AT_ONCE = 100;
  private static final long MILLIS_AN_INDEX = 30000;
  /** Versions that wait keep their files in memory; a single one waits whatever its size, as its dataset's newest is kept anyway. */
  private static final int MAX_WAITING_FILES = 50000;

  private final Publisher publisher;
  private final Clock clock;
  /** The newest version of each name whose index is still to be written. */
  private final Map<String, Attested> waiting = new LinkedHashMap<String, Attested>();
  private long writtenAt;

  IndexWriter(Publisher publisher, Clock clock) {
    this.publisher = publisher;
    this.clock = clock;
    this.writtenAt = clock.millis();
  }

  /** Keeps a version until the next time; nobody could believe an unsigned index. */
  void add(Attested attested) {
    boolean useful = !attested.index.isEmpty() && attested.index.size() <= MAX_FILES;
    if (useful && publisher.isSigned()) waiting.put(attested.name, attested);
  }

  void writeIfDue() throws GeneralSecurityException {
    boolean full = waiting.size() >= INDEXES_AT_ONCE || waiting.size() > 1 && filesWaiting() > MAX_WAITING_FILES;
    if (full || clock.millis() - writtenAt >= MILLIS_AN_INDEX) writeAll();
  }

  private int filesWaiting() {
    int files = 0;
    for (Attested attested : waiting.values()) files += attested.index.size();
    return files;
  }

  void writeAll() throws GeneralSecurityException {
    writtenAt = clock.millis();
    if (waiting.isEmpty()) return;
    List<byte[]> leaves = new ArrayList<byte[]>(waiting.size());
    // Described once for the tree and once to be written: all of them at once would be far larger than what they describe.
    for (Attested attested : waiting.values()) leaves.add(Sha256.of(Json.canonicalize(describe(attested))));
    JsonObject head = new JsonObject().with("root", Hex.encode(MerkleTree.rootOf(leaves))).with("size", leaves.size());
    JsonObject envelope = publisher.sign(PAYLOAD_TYPE, head).toJson();
    List<List<byte[]>> proofs = MerkleTree.proofsOf(leaves);
    int leaf = 0;
    for (Attested attested : waiting.values()) {
      List<String> path = new ArrayList<String>();
      for (byte[] sibling : proofs.get(leaf)) path.add(Hex.encode(sibling));
      JsonObject object = new JsonObject()
          .with("index", describe(attested))
          .with("proof", new JsonObject().with("leaf", leaf).with("path", path))
          .with("envelope", envelope);
      publisher.put(IndexReader.pathOf(attested.name, attested.subject, attested.bundle), Json.canonicalize(object));
      leaf++;
    }
    waiting.clear();
  }

  private static JsonObject describe(Attested attested) {
    List<JsonObject> files = new ArrayList<JsonObject>(attested.index.size());
    for (Map.Entry<String, FileState> file : attested.index.entrySet()) {
      FileState state = file.getValue();
      files.add(
          new JsonObject()
              .with("path", file.getKey())
              .with("size", Long.toString(state.size))
              .with("mtime", Long.toString(state.mtime))
              .with("sha256", state.sha256));
    }
    return new JsonObject()
        .with("name", attested.name)
        .with("subject", attested.subject)
        .with("bundle", attested.bundle)
        .with("files", files);
  }
}
