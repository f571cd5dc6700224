package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.Log;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.facts.RunFacts;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.KeyId;
import dev.makoto.evidence.key.Signer;
import dev.makoto.evidence.digest.Hex;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/** What all parts of a run share and none changes. */
final class RunContext {
  final RunFacts facts;
  final Configuration configuration;
  final DataFiles files;
  final Log log;
  final Clock clock;
  final RunEnd end;
  final WaitingWrites waiting;
  final String runId;
  /** Null: statements are unsigned. */
  final Signer signer;
  private final String keyId;

  RunContext(RunFacts facts, Configuration configuration, RunServices services, Signer signer) {
    this.facts = facts;
    this.configuration = configuration;
    this.files = services.files;
    this.log = services.log;
    this.clock = services.clock;
    this.end = services.end;
    this.waiting = services.waiting;
    this.signer = signer;
    this.keyId = signer == null ? "unsigned" : KeyId.of(signer.publicKey());
    this.runId = facts.applicationId.replaceAll("[^A-Za-z0-9._-]", "_") + "~" + facts.attempt.replaceAll("[^A-Za-z0-9._-]", "_") + "~" + randomHex();
  }

  /** The signing identity in a role. @see "FORMATS §3, L2.P.5" */
  String identityAs(String role) {
    return keyId + "#" + role;
  }

  JsonObject versions() {
    JsonObject versions = new JsonObject();
    for (Map.Entry<String, String> version : facts.versions.entrySet()) versions.with(version.getKey(), version.getValue());
    return versions;
  }

  JsonObject executor() {
    return new JsonObject().with("id", identityAs("agent")).with("platform", "apache-spark").with("version", versions());
  }

  private static String randomHex() {
    byte[] bytes = new byte[8];
    new SecureRandom().nextBytes(bytes);
    return Hex.encode(bytes);
  }
}
