package dev.makoto.evidence.kms;

import dev.makoto.evidence.net.Endpoint;
import dev.makoto.evidence.net.HttpRequest;
import java.io.IOException;

/** The access token of this process's service account: {@code GOOGLE_OAUTH_ACCESS_TOKEN}, else the metadata server's (GKE, GCE, Dataproc). */
final class GcpToken {
  private static final String PATH = "/computeMetadata/v1/instance/service-accounts/default/token";
  private static final int LOCAL_TIMEOUT = 2000;

  private final Environment environment;
  private BearerToken token;

  GcpToken(Environment environment) {
    this.environment = environment;
  }

  String get() throws IOException {
    String given = environment.get("GOOGLE_OAUTH_ACCESS_TOKEN");
    if (given != null) return given;
    if (token == null || !token.isFresh()) token = ask();
    return token.value;
  }

  private BearerToken ask() throws IOException {
    String named = environment.get("GCE_METADATA_HOST");
    String base = Endpoint.ofMetadata("http://" + (named == null ? "metadata.google.internal" : named));
    HttpRequest request = HttpRequest.get(base + PATH).direct().within(LOCAL_TIMEOUT).header("Metadata-Flavor", "Google");
    return BearerToken.read(request.send(3).expectJsonFrom("the Google metadata server"));
  }
}
