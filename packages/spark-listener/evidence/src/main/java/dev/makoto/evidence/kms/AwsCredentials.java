package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;

/** An AWS access key, for a while. */
final class AwsCredentials {
  /** Credentials are renewed this long before they end. */
  private static final long EARLY_SECONDS = 300;

  final String keyId;
  final String secret;
  /** Null for a key of a user's own. */
  final String token;
  private final Instant expires;

  AwsCredentials(String keyId, String secret, String token, Instant expires) {
    this.keyId = keyId;
    this.secret = secret;
    this.token = token;
    this.expires = expires;
  }

  /** As the metadata service, the containers' service ({@code Token}) and STS ({@code SessionToken}) render them. */
  static AwsCredentials read(JsonObject json) throws RefusedException {
    String token = json.string("Token") == null ? json.string("SessionToken") : json.string("Token");
    String keyId = json.string("AccessKeyId");
    String secret = json.string("SecretAccessKey");
    if (keyId == null || secret == null || token == null) throw new RefusedException("the service gave no credentials");
    return new AwsCredentials(keyId, secret, token, timeOf(json.get("Expiration")));
  }

  boolean areFreshAt(Instant now) {
    return expires == null || now.plusSeconds(EARLY_SECONDS).isBefore(expires);
  }

  /** ISO 8601, or seconds since the epoch; what names no time is asked for again soon. */
  private static Instant timeOf(Object expiration) {
    try {
      if (expiration instanceof String) return Instant.parse((String) expiration);
      if (expiration instanceof Number) return Instant.ofEpochSecond(((Number) expiration).longValue());
    } catch (DateTimeException wrong) {
      // As where there is none.
    }
    return Instant.now().plusSeconds(2 * EARLY_SECONDS);
  }
}
