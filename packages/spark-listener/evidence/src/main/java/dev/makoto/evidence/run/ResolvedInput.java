package dev.makoto.evidence.run;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.json.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** An input whose bytes have a digest: an attested version, or what was found instead of it. */
final class ResolvedInput {
  String name;
  String sha256;
  /** The attestation that stands for it; null where the bytes are not what is attested. */
  Attested attested;
  /** The newest version, where the bytes are not in it; else null. */
  Attested differsFrom;
  /** The files that were read, where they are fewer than the version's; else null. */
  Manifest subset;
  int files;
  long bytes;
  /** -1 where unknown. */
  long records = -1;
  DigestSource source = DigestSource.ATTESTED;
  final Set<Integer> rddIds = new HashSet<Integer>();

  /** What was read is in this version. */
  static ResolvedInput in(Attested version, FoundDigests found) throws RefusedException {
    ResolvedInput input = of(found);
    input.name = version.name;
    input.sha256 = version.subject;
    input.attested = version.withoutLists();
    if (version.files != null && version.files.size() > found.dataset.files.size()) input.subset = found.manifest();
    return input;
  }

  /** What was read is not what is attested. */
  static ResolvedInput otherThan(Attested newest, FoundDigests found) throws RefusedException {
    ResolvedInput input = of(found);
    Manifest manifest = found.manifest();
    input.name = newest.name;
    input.sha256 = found.dataset.isFile() ? manifest.entries().iterator().next().sha256 : manifest.sha256();
    input.differsFrom = newest.withoutLists();
    return input;
  }

  private static ResolvedInput of(FoundDigests found) {
    ResolvedInput input = new ResolvedInput();
    input.files = found.dataset.filesRead();
    input.bytes = found.dataset.bytes();
    input.records = found.dataset.records;
    input.source = found.source();
    input.rddIds.addAll(found.dataset.rddIds);
    return input;
  }

  JsonObject toJson(FileLists lists, ListRoom room) throws IOException {
    JsonObject observed = new JsonObject()
        .with("files", files)
        .with("bytes", Long.toString(bytes))
        .withPresent("records", records < 0 ? null : Long.toString(records))
        .with("digestSource", source.word);
    if (subset != null) observed.with("subset", lists.into(FileLists.digest(subset.sha256()), subset, room));
    JsonObject input = new JsonObject().with("name", name).with("digest", FileLists.digest(sha256)).with("observed", observed);
    if (attested != null) input.with("attestationRef", attested.ref).with("attestationDigest", FileLists.digest(attested.bundle));
    if (differsFrom != null) {
      input.with("differsFrom", new JsonObject().with("attestationDigest", FileLists.digest(differsFrom.bundle)));
    }
    return input;
  }
}
