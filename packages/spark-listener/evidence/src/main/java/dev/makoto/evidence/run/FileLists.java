package dev.makoto.evidence.run;

import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.store.Content;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How a statement names files: in itself up to a limit, beyond it by a manifest in the store. @see "FORMATS §1" */
final class FileLists {
  private static final int MAX_LISTED = 1000;
  private final Publisher publisher;

  FileLists(Publisher publisher) {
    this.publisher = publisher;
  }

  /** Adds {@code files} or {@code manifest} to the object; a manifest is stored before anything refers to it. */
  JsonObject into(JsonObject object, Manifest manifest, ListRoom room) throws IOException {
    if (manifest.size() <= MAX_LISTED && room.takes(manifest)) return object.with("files", listed(manifest));
    String ref = "manifests/" + manifest.sha256() + ".sha256sums.gz";
    byte[] lines = manifest.render();
    publisher.put(ref, Content.gzip(lines));
    return object.with(
        "manifest",
        new JsonObject()
            .with("ref", ref)
            .with("digest", digest(manifest.sha256()))
            .with("mediaType", "text/plain")
            .with("entries", manifest.size())
            .with("bytes", Integer.toString(lines.length)));
  }

  static JsonObject digest(String sha256) {
    return new JsonObject().with("sha256", sha256);
  }

  private static List<JsonObject> listed(Manifest manifest) {
    List<JsonObject> files = new ArrayList<JsonObject>(manifest.size());
    for (ManifestEntry file : manifest.entries()) {
      files.add(
          new JsonObject()
              .with("name", file.path)
              .with("digest", digest(file.sha256))
              .withPresent("size", file.size < 0 ? null : Long.toString(file.size)));
    }
    return files;
  }
}
