package dev.makoto.evidence.envelope;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Collections;
import java.util.List;

/** A payload, its type and exactly one signature. @see "SPEC §1, FORMATS §3" */
public final class Dsse {
  public static final String STATEMENT_TYPE = "application/vnd.in-toto+json";

  public final String payloadType;
  public final byte[] payload;
  public final byte[] signature;

  public Dsse(String payloadType, byte[] payload, byte[] signature) {
    this.payloadType = payloadType;
    this.payload = payload;
    this.signature = signature;
  }

  public static Dsse sign(String payloadType, byte[] payload, Signer signer) throws GeneralSecurityException {
    return new Dsse(payloadType, payload, signer.sign(pae(payloadType, payload)));
  }

  /** The bytes that are signed. */
  public static byte[] pae(String payloadType, byte[] payload) {
    byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream pae = new ByteArrayOutputStream(payload.length + 64);
    append(pae, ("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.UTF_8));
    append(pae, type);
    append(pae, (" " + payload.length + " ").getBytes(StandardCharsets.UTF_8));
    append(pae, payload);
    return pae.toByteArray();
  }

  /** Refuses an envelope with another type, several signatures, or a field beyond the schema. */
  public static Dsse parse(JsonObject envelope, String payloadType) throws RefusedException {
    Fields.allow(envelope, "payload", "payloadType", "signatures");
    if (!payloadType.equals(envelope.string("payloadType"))) throw new RefusedException("an envelope of another payload type");
    List<?> signatures = envelope.list("signatures");
    if (signatures.size() != 1 || !(signatures.get(0) instanceof JsonObject)) throw new RefusedException("exactly one signature is expected");
    JsonObject signature = (JsonObject) signatures.get(0);
    Fields.allow(signature, "keyid", "sig");
    return new Dsse(payloadType, Base64Text.decode(Fields.text(envelope, "payload")), Base64Text.decode(Fields.text(signature, "sig")));
  }

  public boolean verifies(PublicKeys keys) {
    return keys.verify(pae(payloadType, payload), signature);
  }

  public JsonObject toJson() {
    return new JsonObject()
        .with("payload", Base64Text.encode(payload))
        .with("payloadType", payloadType)
        .with("signatures", Collections.singletonList(new JsonObject().with("sig", Base64Text.encode(signature))));
  }

  public byte[] render() {
    return Json.canonicalize(toJson());
  }

  private static void append(ByteArrayOutputStream out, byte[] bytes) {
    out.write(bytes, 0, bytes.length);
  }
}
