package dev.makoto.evidence.run;

import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.facts.Reason;
import java.util.EnumSet;
import java.util.Set;

/** What a write left behind: the dataset's version, the part of it that this execution wrote, and what is not known. */
final class OutputVersion {
  DatasetVersion version;
  Manifest written;
  DigestSource writtenSource = DigestSource.IN_STREAM;
  int others;
  DigestSource othersSource = DigestSource.ATTESTED;
  final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
}
