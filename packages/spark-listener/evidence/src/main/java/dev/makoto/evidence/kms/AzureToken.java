package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.net.Endpoint;
import dev.makoto.evidence.net.HttpRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The access token of this process: that of AKS workload identity where its variables are set, else that of the machine's managed
 * identity. Client secrets are not read.
 */
final class AzureToken {
  private static final String[] VAULTS = {"vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net", "managedhsm.azure.net"};
  private static final String MACHINE = "http://169.254.169.254";
  private static final int LOCAL_TIMEOUT = 2000;

  private final Environment environment;
  private final String audience;
  private BearerToken token;

  AzureToken(Environment environment, String audience) {
    this.environment = environment;
    this.audience = audience;
  }

  /** Whom a token for this vault is for. A host that is no vault gets none: the token would open every vault of ours to it. */
  static String audienceOf(String host) throws RefusedException {
    for (String vault : VAULTS) {
      if (host.toLowerCase(Locale.ROOT).matches("[a-z0-9-]{1,63}\\." + vault.replace(".", "\\."))) return "https://" + vault;
    }
    if (Endpoint.isLoopback(host)) return "https://" + VAULTS[0];
    throw new RefusedException("the host of an Azure key is not a Key Vault's, such as <vault>.vault.azure.net");
  }

  String get() throws IOException {
    if (token == null || !token.isFresh()) token = environment.get("AZURE_FEDERATED_TOKEN_FILE") == null ? askMachine() : exchange();
    return token.value;
  }

  private BearerToken askMachine() throws IOException {
    String named = environment.get("AZURE_POD_IDENTITY_AUTHORITY_HOST");
    String client = environment.get("AZURE_CLIENT_ID");
    String url = (named == null ? MACHINE : Endpoint.ofMetadata(named)) + "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" + encode(audience)
        + (client == null ? "" : "&client_id=" + encode(client));
    HttpRequest request = HttpRequest.get(url).direct().within(LOCAL_TIMEOUT).header("Metadata", "true");
    return BearerToken.read(request.send(3).expectJsonFrom("the Azure metadata service"));
  }

  /** @see "RFC 7523 §2.2" */
  private BearerToken exchange() throws IOException {
    String tenant = environment.get("AZURE_TENANT_ID");
    String client = environment.get("AZURE_CLIENT_ID");
    if (tenant == null || client == null || !tenant.matches("[A-Za-z0-9.-]{1,253}")) {
      throw new RefusedException("a workload identity needs AZURE_TENANT_ID and AZURE_CLIENT_ID beside AZURE_FEDERATED_TOKEN_FILE");
    }
    String named = environment.get("AZURE_AUTHORITY_HOST");
    String form = "grant_type=client_credentials&client_id=" + encode(client) + "&scope=" + encode(audience + "/.default")
        + "&client_assertion_type=" + encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        + "&client_assertion=" + encode(Environment.readSecret(environment.get("AZURE_FEDERATED_TOKEN_FILE")));
    HttpRequest request = HttpRequest.post(
        (named == null ? "https://login.microsoftonline.com" : Endpoint.of(named)) + "/" + tenant + "/oauth2/v2.0/token",
        "application/x-www-form-urlencoded", form.getBytes(StandardCharsets.US_ASCII));
    return BearerToken.read(request.send(3).expectJsonFrom("Microsoft Entra"));
  }

  private static String encode(String value) throws IOException {
    return URLEncoder.encode(value, "UTF-8");
  }
}
