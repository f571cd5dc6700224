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
 * {@code hashivault://<key>} in the transit engine of the Vault at {@code VAULT_ADDR}; the key's newest version when the run began.
 *
 * @see "Vault HTTP API, secret/transit: Read key and Sign data"
 */
final class VaultKey implements RemoteKey {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9_])?");
  private static final Pattern MOUNT = Pattern.compile("[A-Za-z0-9_-]{1,64}(?:/[A-Za-z0-9_-]{1,64}){0,8}");
  private static final String SERVICE = "Vault";
  private static final int ATTEMPTS = 3;

  private final String base;
  private final String name;
  private final Environment environment;
  private final String tokenFile;
  private String version;

  private VaultKey(String base, String name, Environment environment, String tokenFile) {
    this.base = base;
    this.name = name;
    this.environment = environment;
    this.tokenFile = tokenFile;
  }

  static VaultKey of(String name, Environment environment, String tokenFile) throws RefusedException {
    if (!NAME.matcher(name).matches()) throw new RefusedException("a key in Vault is hashivault://<name>");
    String address = environment.get("VAULT_ADDR");
    if (address == null) throw new RefusedException("VAULT_ADDR does not say where Vault is");
    String mount = environment.get("TRANSIT_SECRET_ENGINE_PATH") == null ? "transit" : environment.get("TRANSIT_SECRET_ENGINE_PATH");
    if (!MOUNT.matcher(mount).matches()) throw new RefusedException("TRANSIT_SECRET_ENGINE_PATH is not the path of an engine");
    return new VaultKey(Endpoint.of(address) + "/v1/" + mount, name, environment, tokenFile);
  }

  @Override
  public byte[] publicKey() throws IOException {
    JsonObject data = ask(HttpRequest.get(base + "/keys/" + name)).object("data");
    if (!"ecdsa-p256".equals(data.string("type"))) throw new RefusedException("the key's type is not ecdsa-p256, with which the agent signs in a key service");
    if (!(data.get("latest_version") instanceof Long)) throw new RefusedException(SERVICE + " does not say which version the key has");
    version = data.get("latest_version").toString();
    String pem = data.object("keys").object(version).string("public_key");
    if (pem == null) throw new RefusedException(SERVICE + " gave no public key");
    return Pem.publicKey(pem);
  }

  @Override
  public byte[] sign(byte[] sha256) throws IOException {
    JsonObject digest = new JsonObject()
        .with("input", Base64Text.encode(sha256))
        .with("prehashed", true)
        .with("hash_algorithm", "sha2-256")
        .with("marshaling_algorithm", "asn1")
        .with("key_version", Long.parseLong(version));
    JsonObject reply = ask(HttpRequest.post(base + "/sign/" + name, "application/json", Json.canonicalize(digest)));
    Matcher signature = Pattern.compile("vault:v" + version + ":([A-Za-z0-9+/=]+)").matcher(String.valueOf(reply.object("data").string("signature")));
    if (!signature.matches()) throw new RefusedException(SERVICE + " gave no signature of the key's version " + version);
    return Base64Text.decode(signature.group(1));
  }

  private JsonObject ask(HttpRequest request) throws IOException {
    String namespace = environment.get("VAULT_NAMESPACE");
    if (namespace != null) request.header("X-Vault-Namespace", namespace);
    return request.header("X-Vault-Token", token()).header("X-Vault-Request", "true").send(ATTEMPTS).expectJsonFrom(SERVICE);
  }

  /** From the file where one is named, for what stands in a variable every process of this user can read. */
  private String token() throws IOException {
    if (tokenFile != null) return Environment.readSecret(tokenFile);
    String token = environment.get("VAULT_TOKEN");
    if (token == null) throw new RefusedException("there is no Vault token: signing.password-file names a file with one");
    return token;
  }
}
