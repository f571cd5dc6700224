package dev.makoto.evidence.kms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.net.Loopback.Answer;
import dev.makoto.evidence.net.Loopback.Asked;
import java.util.Base64;

/** Vault's transit engine with one key. */
public final class VaultDouble {
  public final HeldKey key = new HeldKey();
  public volatile String token = "the-token";
  public volatile boolean sealed;
  public volatile long version = 3;
  volatile String type = "ecdsa-p256";
  volatile String namespace;
  volatile String mount = "transit";

  public Answer answer(Asked asked) throws Exception {
    assertEquals(namespace, asked.headers.get("X-Vault-Namespace"));
    if (!token.equals(asked.headers.get("X-Vault-Token"))) return new Answer(403, "{\"errors\":[\"permission denied\"]}");
    if (sealed) return new Answer(503, "{\"errors\":[\"Vault is sealed\"]}");
    if ((asked.method + " " + asked.uri).equals("GET /v1/" + mount + "/keys/spark")) return Answer.json(data(description()));
    assertEquals("POST /v1/" + mount + "/sign/spark", asked.method + " " + asked.uri);
    JsonObject question = asked.json();
    assertEquals(true, question.get("prehashed"));
    assertEquals("sha2-256", question.string("hash_algorithm"));
    assertEquals("asn1", question.string("marshaling_algorithm"));
    assertEquals(3L, question.get("key_version"), "the version that was the newest at first");
    byte[] signature = key.sign(Base64.getDecoder().decode(question.string("input")));
    return Answer.json(data(new JsonObject().with("signature", "vault:v" + version + ":" + Base64.getEncoder().encodeToString(signature))));
  }

  private JsonObject description() {
    JsonObject versions = new JsonObject().with("2", new JsonObject().with("public_key", new HeldKey().pem())).with("3", new JsonObject().with("public_key", key.pem()));
    return new JsonObject().with("type", type).with("latest_version", 3).with("keys", versions);
  }

  private static JsonObject data(JsonObject data) {
    return new JsonObject().with("request_id", "1").with("data", data);
  }
}
