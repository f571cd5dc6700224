package dev.makoto.evidence.kms;

import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 of a request to a service's root without a query, which is all that we send.
 *
 * @see "AWS IAM User Guide, Create a signed AWS API request"
 */
final class SigV4 {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private SigV4() {}

  /**
   * The value of the header {@code Authorization}.
   *
   * @param headers all that are signed: host, and x-amz-date as {@code 20150830T123600Z} among them
   */
  static String authorize(
      String method, Map<String, String> headers, byte[] body, String region, String service, String keyId, String secret) throws GeneralSecurityException {
    TreeMap<String, String> sorted = new TreeMap<String, String>();
    for (Map.Entry<String, String> header : headers.entrySet()) {
      sorted.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().trim().replaceAll(" +", " "));
    }
    String signed = String.join(";", sorted.keySet());
    String time = sorted.get("x-amz-date");
    String day = time.substring(0, 8);
    String scope = day + "/" + region + "/" + service + "/aws4_request";
    String toSign = ALGORITHM + "\n" + time + "\n" + scope + "\n" + Sha256.hex(canonical(method, sorted, signed, body));
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String step : new String[] {day, region, service, "aws4_request"}) key = hmac(key, step);
    return ALGORITHM + " Credential=" + keyId + "/" + scope + ", SignedHeaders=" + signed + ", Signature=" + Hex.encode(hmac(key, toSign));
  }

  private static String canonical(String method, TreeMap<String, String> headers, String signed, byte[] body) {
    StringBuilder request = new StringBuilder(method).append("\n/\n\n");
    for (Map.Entry<String, String> header : headers.entrySet()) request.append(header.getKey()).append(':').append(header.getValue()).append('\n');
    return request.append('\n').append(signed).append('\n').append(Sha256.hex(body)).toString();
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
