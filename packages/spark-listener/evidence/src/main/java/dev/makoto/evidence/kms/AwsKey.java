package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.envelope.Base64Text;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.RemoteKey;
import dev.makoto.evidence.net.Endpoint;
import dev.makoto.evidence.net.HttpReply;
import dev.makoto.evidence.net.HttpRequest;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code awskms://[endpoint]/<id, alias/name or ARN>}. @see "AWS KMS API Reference, GetPublicKey and Sign" */
final class AwsKey implements RemoteKey {
  private static final Pattern FORM = Pattern.compile("([^/]*)/([A-Za-z0-9:/_-]{1,2048})");
  private static final Pattern ARN = Pattern.compile("arn:[a-z-]{1,16}:kms:([a-z0-9-]{1,32}):.*");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int ATTEMPTS = 3;

  private final String endpoint;
  private final AwsCredentialChain chain;
  private String keyId;
  private String region;
  private AwsCredentials credentials;

  private AwsKey(String endpoint, String keyId, AwsCredentialChain chain) {
    this.endpoint = endpoint;
    this.keyId = keyId;
    this.chain = chain;
    Matcher arn = ARN.matcher(keyId);
    this.region = arn.matches() ? arn.group(1) : null;
  }

  static AwsKey of(String rest, Environment environment) throws RefusedException {
    Matcher form = FORM.matcher(rest);
    if (!form.matches()) throw new RefusedException("an AWS key is awskms:///<id, alias/name or ARN>");
    String named = environment.get("AWS_ENDPOINT_URL_KMS") != null ? environment.get("AWS_ENDPOINT_URL_KMS") : environment.get("AWS_ENDPOINT_URL");
    String endpoint = !form.group(1).isEmpty() ? Endpoint.ofHost(form.group(1)) : named == null ? null : Endpoint.of(named);
    return new AwsKey(endpoint, form.group(2), new AwsCredentialChain(environment));
  }

  @Override
  public byte[] publicKey() throws IOException {
    JsonObject reply = call("GetPublicKey", new JsonObject().with("KeyId", keyId));
    if (reply.string("PublicKey") == null) throw new RefusedException("AWS KMS gave no public key");
    // From here on the key that the alias means now.
    if (reply.string("KeyId") != null) keyId = reply.string("KeyId");
    return Base64Text.decode(reply.string("PublicKey"));
  }

  @Override
  public byte[] sign(byte[] sha256) throws IOException {
    JsonObject reply = call(
        "Sign",
        new JsonObject()
            .with("KeyId", keyId)
            .with("Message", Base64Text.encode(sha256))
            .with("MessageType", "DIGEST")
            .with("SigningAlgorithm", "ECDSA_SHA_256"));
    if (reply.string("Signature") == null) throw new RefusedException("AWS KMS gave no signature");
    return Base64Text.decode(reply.string("Signature"));
  }

  /** A host of AWS's own in this region. */
  static String hostOf(String service, String region) throws RefusedException {
    if (region == null) throw new RefusedException("the AWS region is not known: set AWS_REGION, or name the key by its ARN");
    if (!region.matches("[a-z0-9-]{1,32}")) throw new RefusedException("the AWS region is no region's name");
    return service + "." + region + (region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
  }

  private JsonObject call(String action, JsonObject parameters) throws IOException {
    if (region == null) region = chain.region();
    if (credentials == null || !credentials.areFreshAt(Instant.now())) credentials = chain.find();
    String host = hostOf("kms", region);
    String url = (endpoint == null ? "https://" + host : endpoint) + "/";
    HttpReply reply = request(url, action, Json.canonicalize(parameters)).send(ATTEMPTS);
    // They may have ended before their time.
    if (reply.status == 400 || reply.status == 403) credentials = null;
    return reply.expectJsonFrom("AWS KMS");
  }

  private HttpRequest request(String url, String action, byte[] body) throws IOException {
    HttpRequest request = HttpRequest.post(url, "application/x-amz-json-1.1", body);
    Map<String, String> headers = new LinkedHashMap<String, String>();
    headers.put("X-Amz-Date", TIME.format(Instant.now()));
    headers.put("X-Amz-Target", "TrentService." + action);
    if (credentials.token != null) headers.put("X-Amz-Security-Token", credentials.token);
    for (Map.Entry<String, String> header : headers.entrySet()) request.header(header.getKey(), header.getValue());
    headers.put("Content-Type", "application/x-amz-json-1.1");
    headers.put("Host", url.replaceFirst("\\Ahttps?://", "").replaceFirst("/.*\\z", ""));
    try {
      return request.header("Authorization", SigV4.authorize("POST", headers, body, region, "kms", credentials.keyId, credentials.secret));
    } catch (GeneralSecurityException impossible) {
      throw new IOException("this JVM has no HMAC-SHA-256", impossible);
    }
  }
}
