package dev.makoto.evidence.run;

import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** A dataset version that a statement is about to be made of. */
final class DatasetVersion {
  final String name;
  /** The location's key. */
  final String root;
  /** {@code file} or {@code files}. */
  final String kind;
  final String sha256;
  /** Its files; for {@code kind: file} the one file under its last segment. */
  final Manifest files;
  /** -1 where unknown. */
  long records = -1;
  /** What the files were like, by manifest path: the next run's index. */
  final Map<String, FileState> states = new TreeMap<String, FileState>();

  DatasetVersion(String name, String root, String kind, Manifest files) {
    this.name = name;
    this.root = root;
    this.kind = kind;
    this.files = files;
    this.sha256 = isFile() ? files.entries().iterator().next().sha256 : files.sha256();
  }

  boolean isFile() {
    return kind.equals("file");
  }

  JsonObject subject(String identity) {
    JsonObject digest = FileLists.digest(sha256);
    if (!isFile()) digest.with("merkleRoot", files.merkleRoot());
    if (records >= 0) digest.with("recordCount", evenDigits(records));
    return new JsonObject()
        .with("name", name)
        .with("uri", root)
        .with("digest", digest)
        .with("annotations", new JsonObject().with("kind", kind).with("identity", identity));
  }

  /** Cosign reads every value of a digest as hex, and refuses an odd number of digits. */
  private static String evenDigits(long count) {
    String digits = Long.toString(count);
    return digits.length() % 2 == 0 ? digits : "0" + digits;
  }
}
