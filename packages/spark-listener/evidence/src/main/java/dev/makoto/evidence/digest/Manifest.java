package dev.makoto.evidence.digest;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of a dataset version, in the order of their paths' UTF-8 bytes. @see FORMATS §1 */
public final class Manifest {
  private final TreeMap<String, ManifestEntry> entries = new TreeMap<String, ManifestEntry>(Utf8.ORDER);
  private String sha256;

  private Manifest() {}

  /** Refuses a path that may not stand in a manifest, and one that stands twice. */
  public static Manifest of(Collection<ManifestEntry> files) throws RefusedException {
    Manifest manifest = new Manifest();
    for (ManifestEntry file : files) manifest.add(file);
    return manifest;
  }

  /** Reads the lines {@code <64 hex><two spaces><path>\n}, which must be in order. */
  public static Manifest parse(byte[] bytes) throws RefusedException {
    Manifest manifest = new Manifest();
    String text = Utf8.decode(bytes);
    String before = null;
    for (int at = 0; at < text.length(); ) {
      int end = text.indexOf('\n', at);
      if (end < at + 67 || !text.startsWith("  ", at + 64) || !Hex.isSha256(text.substring(at, at + 64))) {
        throw new RefusedException("not a line of a manifest");
      }
      String path = text.substring(at + 66, end);
      if (before != null && Utf8.ORDER.compare(before, path) >= 0) throw new RefusedException("a manifest out of order");
      manifest.add(new ManifestEntry(path, text.substring(at, at + 64), -1));
      before = path;
      at = end + 1;
    }
    return manifest;
  }

  private void add(ManifestEntry file) throws RefusedException {
    if (!Hex.isSha256(file.sha256)) throw new RefusedException("not a SHA-256");
    if (entries.put(ManifestPath.check(file.path), file) != null) throw new RefusedException("a path stands twice in a dataset");
  }

  public Collection<ManifestEntry> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }

  /** The file at this path; null where there is none. */
  public ManifestEntry get(String path) {
    return entries.get(path);
  }

  public int size() {
    return entries.size();
  }

  /** Sum of the sizes; -1 where one is unknown. */
  public long totalSize() {
    long total = 0;
    for (ManifestEntry file : entries.values()) {
      if (file.size < 0) return -1;
      total += file.size;
    }
    return total;
  }

  /** Whether every file of the other stands here with the same digest. */
  public boolean contains(Manifest other) {
    for (Map.Entry<String, ManifestEntry> file : other.entries.entrySet()) {
      ManifestEntry mine = entries.get(file.getKey());
      if (mine == null || !mine.sha256.equals(file.getValue().sha256)) return false;
    }
    return true;
  }

  /** The manifest itself, as {@code sha256sum} would print it. */
  public byte[] render() {
    StringBuilder text = new StringBuilder(entries.size() * 128);
    for (ManifestEntry file : entries.values()) text.append(file.sha256).append("  ").append(file.path).append('\n');
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** H(manifest). */
  public String sha256() {
    if (sha256 == null) sha256 = Sha256.hex(render());
    return sha256;
  }

  /** RFC 6962 tree head over the lines without their newline. */
  public String merkleRoot() {
    List<byte[]> lines = new ArrayList<byte[]>(entries.size());
    for (ManifestEntry file : entries.values()) lines.add((file.sha256 + "  " + file.path).getBytes(StandardCharsets.UTF_8));
    return Hex.encode(MerkleTree.rootOf(lines));
  }
}
