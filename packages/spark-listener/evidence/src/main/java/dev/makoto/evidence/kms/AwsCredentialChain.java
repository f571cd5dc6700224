package dev.makoto.evidence.kms;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.net.Endpoint;
import dev.makoto.evidence.net.HttpRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Finds what AWS gives to this process, in the order of AWS's own SDKs: variables, a role for a web identity (EKS), the containers'
 * service (ECS, EKS Pod Identity, EMR Serverless), the machine's role (EC2, EMR). Profiles in files are not read.
 */
final class AwsCredentialChain {
  private static final String WHO = "the AWS metadata service";
  private static final String CONTAINERS = "http://169.254.170.2";
  private static final int LOCAL_TIMEOUT = 2000;
  private static final int ATTEMPTS = 3;

  private final Environment environment;

  AwsCredentialChain(Environment environment) {
    this.environment = environment;
  }

  AwsCredentials find() throws IOException {
    String keyId = environment.get("AWS_ACCESS_KEY_ID");
    String secret = environment.get("AWS_SECRET_ACCESS_KEY");
    if (keyId != null && secret != null) return new AwsCredentials(keyId, secret, environment.get("AWS_SESSION_TOKEN"), null);
    if (environment.get("AWS_WEB_IDENTITY_TOKEN_FILE") != null && environment.get("AWS_ROLE_ARN") != null) return assumeRole();
    if (environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != null || environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI") != null) return askContainers();
    if ("true".equalsIgnoreCase(environment.get("AWS_EC2_METADATA_DISABLED"))) throw new RefusedException("there are no AWS credentials for this process");
    return askMachine();
  }

  /** The region that the platform names; where it names none, the machine's. */
  String region() throws IOException {
    String region = environment.get("AWS_REGION") != null ? environment.get("AWS_REGION") : environment.get("AWS_DEFAULT_REGION");
    if (region != null || "true".equalsIgnoreCase(environment.get("AWS_EC2_METADATA_DISABLED"))) return region;
    return ofMachine("placement/region", machineToken());
  }

  private AwsCredentials assumeRole() throws IOException {
    String endpoint = environment.get("AWS_ENDPOINT_URL_STS");
    String form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
        + "&RoleArn=" + encode(environment.get("AWS_ROLE_ARN"))
        + "&RoleSessionName=" + encode(environment.get("AWS_ROLE_SESSION_NAME") == null ? "makoto" : environment.get("AWS_ROLE_SESSION_NAME"))
        + "&WebIdentityToken=" + encode(Environment.readSecret(environment.get("AWS_WEB_IDENTITY_TOKEN_FILE")));
    HttpRequest request = HttpRequest.post(
        (endpoint == null ? "https://" + AwsKey.hostOf("sts", region()) : Endpoint.of(endpoint)) + "/",
        "application/x-www-form-urlencoded", form.getBytes(StandardCharsets.US_ASCII));
    JsonObject reply = request.header("Accept", "application/json").send(ATTEMPTS).expectJsonFrom("AWS STS");
    return AwsCredentials.read(
        reply.object("AssumeRoleWithWebIdentityResponse").object("AssumeRoleWithWebIdentityResult").object("Credentials"));
  }

  private AwsCredentials askContainers() throws IOException {
    String relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    String url = relative == null ? environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI") : CONTAINERS + relative;
    HttpRequest request = HttpRequest.get(Endpoint.ofMetadata(url)).direct().within(LOCAL_TIMEOUT);
    String file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    String token = file == null ? environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN") : Environment.readSecret(file);
    if (token != null) request.header("Authorization", token);
    return AwsCredentials.read(request.send(ATTEMPTS).expectJsonFrom("the service for AWS containers' credentials"));
  }

  /** The second version of the service only: the first answers to anybody who can make this machine ask. */
  private AwsCredentials askMachine() throws IOException {
    String token = machineToken();
    String role = ofMachine("iam/security-credentials/", token).split("\\s")[0];
    if (!role.matches("[\\w+=,.@-]{1,64}")) throw new RefusedException("this machine has no AWS role");
    return AwsCredentials.read(askMachine("iam/security-credentials/" + role, token).send(2).expectJsonFrom(WHO));
  }

  private String machineToken() throws IOException {
    try {
      HttpRequest request = HttpRequest.put(machine() + "/latest/api/token").direct().within(LOCAL_TIMEOUT);
      return new String(request.header("X-aws-ec2-metadata-token-ttl-seconds", "300").send(2).expectFrom(WHO), StandardCharsets.US_ASCII);
    } catch (IOException none) {
      throw new IOException("there are no AWS credentials for this process", none);
    }
  }

  private String ofMachine(String path, String token) throws IOException {
    return new String(askMachine(path, token).send(2).expectFrom(WHO), StandardCharsets.US_ASCII).trim();
  }

  private HttpRequest askMachine(String path, String token) throws RefusedException {
    return HttpRequest.get(machine() + "/latest/meta-data/" + path).direct().within(LOCAL_TIMEOUT).header("X-aws-ec2-metadata-token", token);
  }

  private String machine() throws RefusedException {
    String named = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    return named == null ? "http://169.254.169.254" : Endpoint.ofMetadata(named);
  }

  private static String encode(String value) throws IOException {
    return URLEncoder.encode(value, "UTF-8");
  }
}
