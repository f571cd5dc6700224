package dev.makoto.evidence.net;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** What a service answered. */
public final class HttpReply {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public final int status;
  public final byte[] body;

  HttpReply(int status, byte[] body) {
    this.status = status;
    this.body = body;
  }

  /** The body of a reply that grants what was asked; a failure that names the service otherwise. */
  public byte[] expectFrom(String service) throws IOException {
    if (status == 200 || status == 201) return body;
    String word = word();
    throw new RefusedException(service + " answered with HTTP " + status + (word.isEmpty() ? "" : " (" + word + ")"));
  }

  public JsonObject expectJsonFrom(String service) throws IOException {
    byte[] granted = expectFrom(service);
    try {
      return Json.parseObject(granted, granted.length);
    } catch (RefusedException other) {
      // The reply may hold a credential: nothing of it is quoted.
      throw new RefusedException(service + " answered with something that is no JSON object");
    }
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Whether asking again may help. AWS says that it is asked too often with HTTP 400. */
  boolean isTransient() {
    return status == 429 || status >= 500 || status == 400 && word().startsWith("Throttling");
  }

  /** The service's own word for what is wrong, where it is one; free text is not repeated, for it may quote what was sent. */
  private String word() {
    try {
      JsonObject said = Json.parseObject(body, body.length);
      String[] words = {said.string("__type"), said.object("error").string("status"), said.object("error").string("code"), said.string("error"), said.string("Code")};
      for (String word : words) {
        String last = word == null ? "" : word.substring(word.lastIndexOf('#') + 1);
        if (WORD.matcher(last).matches()) return last;
      }
    } catch (RefusedException notJson) {
      // Then the status has to do.
    }
    return "";
  }
}
