package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.JsonObject;

/** An OAuth access token, for a while. @see "RFC 6749 §5.1" */
final class BearerToken {
  /** Tokens are renewed this long before they end. */
  private static final long EARLY_SECONDS = 120;

  final String value;
  private final long endsAt;

  private BearerToken(String value, long endsAt) {
    this.value = value;
    this.endsAt = endsAt;
  }

  /** {@code expires_in} is a number with some services and text with others. */
  static BearerToken read(JsonObject reply) throws RefusedException {
    String value = reply.string("access_token");
    if (value == null || value.isEmpty()) throw new RefusedException("the platform gave no access token");
    String seconds = String.valueOf(reply.get("expires_in"));
    long lasts = seconds.matches("[0-9]{1,9}") ? Long.parseLong(seconds) : 0;
    return new BearerToken(value, System.nanoTime() + Math.max(0, lasts - EARLY_SECONDS) * 1000000000L);
  }

  boolean isFresh() {
    return System.nanoTime() - endsAt < 0;
  }
}
