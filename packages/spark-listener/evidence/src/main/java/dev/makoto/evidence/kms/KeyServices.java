package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.key.RemoteKey;
import dev.makoto.evidence.key.RemoteSigner;
import dev.makoto.evidence.key.Signer;
import java.io.IOException;
import java.util.Locale;

/**
 * Opens keys that stay in a key service, over HTTPS with what the platform gives to this process. URIs are cosign's.
 *
 * @see "FORMATS §6, docs/decisions/0029-key-services-over-https.md"
 */
public final class KeyServices {
  private KeyServices() {}

  /** Whether the URI's scheme is a service's; {@code kms://aws/…} is another spelling of {@code awskms:///…}. */
  public static boolean serves(String uri) {
    String scheme = schemeOf(uri);
    return scheme.equals("awskms") || scheme.equals("gcpkms") || scheme.equals("azurekms") || scheme.equals("hashivault") || scheme.equals("kms");
  }

  /** @param tokenFile holds Vault's token; null where there is none. The clouds' services do not need it */
  public static Signer open(String uri, Environment environment, String tokenFile) throws IOException {
    return RemoteSigner.open(keyOf(uri, environment, tokenFile));
  }

  /** The variable that gives this service's credentials away to every process of the user; null where none does. */
  public static String exposedBy(String uri, Environment environment, String tokenFile) {
    String scheme = schemeOf(uri);
    String name = scheme.equals("gcpkms") ? "GOOGLE_OAUTH_ACCESS_TOKEN" : scheme.equals("hashivault") ? "VAULT_TOKEN" : "AWS_SECRET_ACCESS_KEY";
    boolean unused = scheme.equals("azurekms") || scheme.equals("hashivault") && tokenFile != null;
    return unused || environment.get(name) == null ? null : name;
  }

  private static RemoteKey keyOf(String uri, Environment environment, String tokenFile) throws RefusedException {
    int slashes = uri.indexOf("://");
    if (slashes < 0) throw new RefusedException("a key service's URI goes on with ://");
    String rest = uri.substring(slashes + 3);
    switch (schemeOf(uri)) {
      case "awskms":
        return AwsKey.of(rest, environment);
      case "kms":
        if (!rest.startsWith("aws/")) throw new RefusedException("only kms://aws/ is another spelling of a key service's URI");
        return AwsKey.of(rest.substring("aws".length()), environment);
      case "gcpkms":
        return GcpKey.of(rest, environment);
      case "azurekms":
        return AzureKey.of(rest, environment);
      default:
        return VaultKey.of(rest, environment, tokenFile);
    }
  }

  private static String schemeOf(String uri) {
    return uri.substring(0, Math.max(0, uri.indexOf(':'))).toLowerCase(Locale.ROOT);
  }
}
