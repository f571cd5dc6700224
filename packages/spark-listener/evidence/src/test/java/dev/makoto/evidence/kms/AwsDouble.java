package dev.makoto.evidence.kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.net.Loopback.Answer;
import dev.makoto.evidence.net.Loopback.Asked;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS KMS with one key: it takes a request only where the signature over it is right, worked out from what came over the wire. */
final class AwsDouble {
  static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final Pattern AUTHORIZATION =
      Pattern.compile("AWS4-HMAC-SHA256 Credential=(\\w+)/(\\d{8})/eu-central-1/kms/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

  volatile HeldKey key = new HeldKey();
  volatile String keyId = "AKIDEXAMPLE";
  volatile String secret = "secret+of/one";
  /** Null where none is expected. */
  volatile String session;

  Answer answer(Asked asked) throws Exception {
    assertEquals("POST", asked.method);
    assertEquals("/", asked.uri);
    assertEquals("application/x-amz-json-1.1", asked.headers.get("Content-Type"));
    assertEquals(session, asked.headers.get("X-Amz-Security-Token"));
    checkSignature(asked);
    JsonObject parameters = asked.json();
    if (asked.headers.get("X-Amz-Target").equals("TrentService.GetPublicKey")) {
      assertEquals("alias/makoto", parameters.string("KeyId"));
      return Answer.json(new JsonObject().with("KeyId", ARN).with("KeySpec", "ECC_NIST_P256").with("PublicKey", Base64.getEncoder().encodeToString(key.spki())));
    }
    assertEquals("TrentService.Sign", asked.headers.get("X-Amz-Target"));
    assertEquals(ARN, parameters.string("KeyId"), "the key that the alias meant at first");
    assertEquals("DIGEST", parameters.string("MessageType"));
    assertEquals("ECDSA_SHA_256", parameters.string("SigningAlgorithm"));
    byte[] signature = key.sign(Base64.getDecoder().decode(parameters.string("Message")));
    return Answer.json(new JsonObject().with("KeyId", ARN).with("Signature", Base64.getEncoder().encodeToString(signature)));
  }

  private void checkSignature(Asked asked) throws Exception {
    Matcher authorization = AUTHORIZATION.matcher(asked.headers.get("Authorization"));
    assertTrue(authorization.matches(), asked.headers.get("Authorization"));
    assertEquals(keyId, authorization.group(1));
    String signed = authorization.group(3);
    for (String needed : new String[] {"host", "x-amz-date", "x-amz-target"}) assertTrue((";" + signed + ";").contains(";" + needed + ";"), signed);
    assertEquals(session != null, signed.contains("x-amz-security-token"));
    StringBuilder request = new StringBuilder("POST\n/\n\n");
    for (String name : signed.split(";")) request.append(name).append(':').append(asked.headers.get(name).trim()).append('\n');
    request.append('\n').append(signed).append('\n').append(Sha256.hex(asked.body));
    String scope = authorization.group(2) + "/eu-central-1/kms/aws4_request";
    String toSign = "AWS4-HMAC-SHA256\n" + asked.headers.get("X-Amz-Date") + "\n" + scope + "\n" + Sha256.hex(request.toString());
    byte[] derived = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/")) derived = hmac(derived, part);
    assertEquals(Hex.encode(hmac(derived, toSign)), authorization.group(4));
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
