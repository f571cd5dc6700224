package dev.makoto.evidence.envelope;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.util.Collections;

/** A Sigstore bundle v0.3 around one DSSE envelope. @see "FORMATS §3" */
public final class Bundle {
  public static final int MAX_BYTES = 16 << 20;
  private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  public final Dsse envelope;

  private Bundle(Dsse envelope) {
    this.envelope = envelope;
  }

  /**
   * The bundle's bytes.
   *
   * @param hint base64 of H(DER SPKI)
   * @param timestamp a whole TimeStampResp over the signature's bytes, or null
   */
  public static byte[] render(Dsse envelope, String hint, byte[] timestamp) {
    JsonObject material = new JsonObject().with("publicKey", new JsonObject().with("hint", hint));
    if (timestamp != null) {
      JsonObject token = new JsonObject().with("signedTimestamp", Base64Text.encode(timestamp));
      material.with("timestampVerificationData", new JsonObject().with("rfc3161Timestamps", Collections.singletonList(token)));
    }
    return Json.canonicalize(
        new JsonObject().with("mediaType", MEDIA_TYPE).with("verificationMaterial", material).with("dsseEnvelope", envelope.toJson()));
  }

  /** Reads a bundle; says nothing yet about its signature. Timestamps and log entries are a verifier's to judge, not a writer's. */
  public static Bundle parse(byte[] bytes) throws RefusedException {
    JsonObject bundle = Json.parseObject(bytes, MAX_BYTES);
    Fields.allow(bundle, "dsseEnvelope", "mediaType", "verificationMaterial");
    if (!MEDIA_TYPE.equals(bundle.string("mediaType"))) throw new RefusedException("not a bundle of version 0.3");
    Fields.allow(
        bundle.object("verificationMaterial"), "certificate", "publicKey", "timestampVerificationData", "tlogEntries");
    return new Bundle(Dsse.parse(bundle.object("dsseEnvelope"), Dsse.STATEMENT_TYPE));
  }
}
