package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.envelope.Base64Text;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.Pem;
import dev.makoto.evidence.key.RemoteKey;
import dev.makoto.evidence.net.Endpoint;
import dev.makoto.evidence.net.HttpRequest;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code gcpkms://projects/…/locations/…/keyRings/…/cryptoKeys/…[/cryptoKeyVersions/n]}; without a version, the newest enabled one when
 * the run began. @see "Cloud KMS REST reference, projects.locations.keyRings.cryptoKeys.cryptoKeyVersions"
 */
final class GcpKey implements RemoteKey {
  private static final String PART = "[A-Za-z0-9_][A-Za-z0-9._:-]{0,127}";
  private static final Pattern FORM = Pattern.compile(
      "(projects/" + PART + "/locations/" + PART + "/keyRings/" + PART + "/cryptoKeys/" + PART + ")(?:/(?:cryptoKeyVersions|versions)/([0-9]{1,9}))?");
  private static final String SERVICE = "Cloud KMS";
  private static final int ATTEMPTS = 3;

  private final String base;
  private final String key;
  private final GcpToken token;
  private String version;

  private GcpKey(String base, String key, String version, GcpToken token) {
    this.base = base;
    this.key = key;
    this.version = version;
    this.token = token;
  }

  static GcpKey of(String rest, Environment environment) throws RefusedException {
    Matcher form = FORM.matcher(rest);
    if (!form.matches()) throw new RefusedException("a Google Cloud key is gcpkms://projects/…/locations/…/keyRings/…/cryptoKeys/…");
    String named = environment.get("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS");
    String base = named == null ? "https://cloudkms.googleapis.com" : Endpoint.of(named);
    return new GcpKey(base + "/v1/", form.group(1), form.group(2), new GcpToken(environment));
  }

  @Override
  public byte[] publicKey() throws IOException {
    if (version == null) version = newestVersion();
    JsonObject reply = ask(HttpRequest.get(versionUrl() + "/publicKey"));
    if (!"EC_SIGN_P256_SHA256".equals(reply.string("algorithm"))) {
      throw new RefusedException("the key's algorithm is not EC_SIGN_P256_SHA256, with which the agent signs in a key service");
    }
    return Pem.publicKey(String.valueOf(reply.string("pem")));
  }

  @Override
  public byte[] sign(byte[] sha256) throws IOException {
    JsonObject digest = new JsonObject().with("digest", new JsonObject().with("sha256", Base64Text.encode(sha256)));
    JsonObject reply = ask(HttpRequest.post(versionUrl() + ":asymmetricSign", "application/json", Json.canonicalize(digest)));
    if (reply.string("signature") == null) throw new RefusedException(SERVICE + " gave no signature");
    return Base64Text.decode(reply.string("signature"));
  }

  private String newestVersion() throws IOException {
    int newest = 0;
    JsonObject reply = ask(HttpRequest.get(base + key + "/cryptoKeyVersions?filter=state%3DENABLED&pageSize=1000"));
    for (Object entry : reply.list("cryptoKeyVersions")) {
      String name = entry instanceof JsonObject ? ((JsonObject) entry).string("name") : null;
      Matcher form = FORM.matcher(String.valueOf(name));
      if (form.matches() && form.group(1).equals(key) && form.group(2) != null) newest = Math.max(newest, Integer.parseInt(form.group(2)));
    }
    if (newest == 0) throw new RefusedException("the key has no enabled version");
    return Integer.toString(newest);
  }

  private String versionUrl() {
    return base + key + "/cryptoKeyVersions/" + version;
  }

  private JsonObject ask(HttpRequest request) throws IOException {
    return request.header("Authorization", "Bearer " + token.get()).send(ATTEMPTS).expectJsonFrom(SERVICE);
  }
}
