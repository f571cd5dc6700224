package dev.makoto.evidence.kms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** AWS's published signing test suite, version 4, as far as requests have no query and go to a service's root. */
class SigV4VectorsTest {
  private static final String SESSION = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/"
      + "qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"
      + "scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

  private record Vector(String name, String method, List<String> headers, String body, String signature) {}

  private static final List<Vector> VECTORS = List.of(
      new Vector("post-vanilla", "POST", List.of(), "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
      new Vector("post-header-key-sort", "POST", List.of("My-Header1:value1"), "", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
      new Vector("post-header-value-case", "POST", List.of("My-Header1:VALUE1"), "", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
      new Vector("get-header-value-trim", "GET", List.of("My-Header1: value1", "My-Header2: \"a   b   c\""), "", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
      new Vector("post-sts-header-before", "POST", List.of("X-Amz-Security-Token:" + SESSION), "", "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"),
      new Vector(
          "post-x-www-form-urlencoded",
          "POST",
          List.of(
              "Content-Type:application/x-www-form-urlencoded",
              "Content-Length:13",
              "x-amz-content-sha256:9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
          "Param1=value1",
          "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b"));

  @TestFactory
  Stream<DynamicTest> signsAsAwsDoes() {
    return VECTORS.stream().map(vector -> DynamicTest.dynamicTest(vector.name, () -> {
      Map<String, String> headers = new LinkedHashMap<>(Map.of("X-Amz-Date", "20150830T123600Z", "Host", "example.amazonaws.com"));
      for (String header : vector.headers) headers.put(header.split(":", 2)[0], header.split(":", 2)[1]);
      byte[] body = vector.body.getBytes(StandardCharsets.UTF_8);
      String value = SigV4.authorize(vector.method, headers, body, "us-east-1", "service", "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
      String[] names = headers.keySet().stream().map(String::toLowerCase).sorted().toArray(String[]::new);
      assertEquals(
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" + String.join(";", Arrays.asList(names))
              + ", Signature=" + vector.signature,
          value);
    }));
  }
}
