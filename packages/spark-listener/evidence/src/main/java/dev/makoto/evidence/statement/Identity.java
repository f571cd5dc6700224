package dev.makoto.evidence.statement;

import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.json.Json;
import java.util.Arrays;

/** What makes two attestations the same one, whenever and however often they are signed. @see FORMATS §3 */
public final class Identity {
  private Identity() {}

  /**
   * @param sha256 null for streams
   * @param run table, query or run id; where there is none, the previous attestation's digest
   * @param version version, batch or execution; null where there is none
   */
  public static String of(String predicateType, String name, String sha256, String run, String version) {
    return Sha256.hex(Json.canonicalize(Arrays.asList(predicateType, name, sha256, run, version)));
  }
}
