package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.EcdsaSignature;
import dev.makoto.evidence.key.P256;
import dev.makoto.evidence.key.RemoteKey;
import dev.makoto.evidence.net.Endpoint;
import dev.makoto.evidence.net.HttpRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code azurekms://<vault's host>/<key>[/<version>]}; without a version, the current one when the run began.
 *
 * @see "Key Vault REST API 7.4, Get Key and Sign; RFC 7518 §6.2.1"
 */
final class AzureKey implements RemoteKey {
  private static final Pattern FORM = Pattern.compile("([^/]+)/([0-9A-Za-z-]{1,127})(?:/([0-9a-f]{32}))?");
  private static final Pattern KID = Pattern.compile("https?://[^/]+/keys/([0-9A-Za-z-]{1,127})/([0-9a-f]{32})");
  private static final String SERVICE = "Key Vault";
  private static final String API = "?api-version=7.4";
  private static final int ATTEMPTS = 3;

  private final String base;
  private final String name;
  private final AzureToken token;
  private String version;

  private AzureKey(String base, String name, String version, AzureToken token) {
    this.base = base;
    this.name = name;
    this.version = version;
    this.token = token;
  }

  static AzureKey of(String rest, Environment environment) throws RefusedException {
    Matcher form = FORM.matcher(rest);
    if (!form.matches()) throw new RefusedException("an Azure key is azurekms://<vault>.vault.azure.net/<key>");
    AzureToken token = new AzureToken(environment, AzureToken.audienceOf(form.group(1)));
    return new AzureKey(Endpoint.ofHost(form.group(1)) + "/keys/", form.group(2), form.group(3), token);
  }

  @Override
  public byte[] publicKey() throws IOException {
    JsonObject key = ask(HttpRequest.get(base + name + (version == null ? "" : "/" + version) + API)).object("key");
    if (!"P-256".equals(key.string("crv"))) throw new RefusedException("the key is not on P-256, with which the agent signs in a key service");
    Matcher kid = KID.matcher(String.valueOf(key.string("kid")));
    if (!kid.matches() || !kid.group(1).equalsIgnoreCase(name)) throw new RefusedException(SERVICE + " answered with another key");
    // Signatures are asked of this version, whatever becomes the current one.
    version = kid.group(2);
    return P256.spki(ByteBuffer.allocate(65).put((byte) 4).put(coordinate(key, "x")).put(coordinate(key, "y")).array());
  }

  @Override
  public byte[] sign(byte[] sha256) throws IOException {
    JsonObject digest = new JsonObject().with("alg", "ES256").with("value", Base64.getUrlEncoder().withoutPadding().encodeToString(sha256));
    JsonObject reply = ask(HttpRequest.post(base + name + "/" + version + "/sign" + API, "application/json", Json.canonicalize(digest)));
    return EcdsaSignature.ofJose(decode(reply.string("value")));
  }

  private JsonObject ask(HttpRequest request) throws IOException {
    return request.header("Authorization", "Bearer " + token.get()).send(ATTEMPTS).expectJsonFrom(SERVICE);
  }

  private static byte[] coordinate(JsonObject key, String field) throws RefusedException {
    byte[] bytes = decode(key.string(field));
    if (bytes.length == 32) return bytes;
    throw new RefusedException(SERVICE + " gave no public key");
  }

  private static byte[] decode(String base64url) throws RefusedException {
    try {
      return base64url == null ? new byte[0] : Base64.getUrlDecoder().decode(base64url);
    } catch (IllegalArgumentException wrong) {
      throw new RefusedException(SERVICE + " answered with something that is not base64url");
    }
  }
}
