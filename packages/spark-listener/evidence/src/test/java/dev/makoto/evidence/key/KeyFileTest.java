package dev.makoto.evidence.key;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.der.DerReader;
import dev.makoto.evidence.der.DerWriter;
import dev.makoto.evidence.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class KeyFileTest {
  @TestFactory
  Stream<DynamicTest> opensEncryptedKeys() throws IOException {
    return Repository.rows(Repository.fixture("encrypted-key.json")).stream().map(row -> DynamicTest.dynamicTest("password " + row.string("password"), () -> {
      Signer signer = KeyFile.open(row.string("encryptedKey"), row.string("password").toCharArray());
      assertEquals(row.string("id"), KeyId.of(signer.publicKey()));
    }));
  }

  @Test
  void refusesAWrongPasswordInWordsThatDoNotQuoteIt() throws IOException {
    JsonObject row = Repository.rows(Repository.fixture("encrypted-key.json")).get(0);
    RefusedException refused =
        assertThrows(RefusedException.class, () -> KeyFile.open(row.string("encryptedKey"), "hunter2".toCharArray()));
    assertFalse(refused.getMessage().contains("hunter2"));
  }

  @Test
  void refusesScryptParametersThatWouldEatTheMemory() {
    String json = "{\"kdf\":{\"name\":\"scrypt\",\"params\":{\"N\":1048576,\"r\":64,\"p\":1},\"salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\"},"
        + "\"cipher\":{\"name\":\"nacl/secretbox\",\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"},\"ciphertext\":\"AAAAAAAAAAAAAAAAAAAAAAAA\"}";
    String pem = pem("ENCRYPTED SIGSTORE PRIVATE KEY", json.getBytes());
    RefusedException refused = assertThrows(RefusedException.class, () -> KeyFile.open(pem, new char[0]));
    assertEquals("scrypt parameters of the key file out of bounds", refused.getMessage());
  }

  /** The JVM's own key pair says what the public point must be. */
  @RepeatedTest(8)
  void derivesThePublicKeyWhereTheFileHasNone() throws Exception {
    KeyPair pair = keyPair("secp256r1");
    BigInteger k = ((ECPrivateKey) pair.getPrivate()).getS();
    byte[] octets = new byte[32];
    byte[] magnitude = k.toByteArray();
    int skip = Math.max(0, magnitude.length - 32);
    System.arraycopy(magnitude, skip, octets, 32 - (magnitude.length - skip), magnitude.length - skip);
    byte[] bare = pkcs8(DerWriter.sequence(DerWriter.integer(BigInteger.ONE), DerWriter.octets(octets)));
    assertArrayEquals(pair.getPublic().getEncoded(), KeyFile.open(pem("PRIVATE KEY", bare), null).publicKey());
  }

  @Test
  void refusesAKeyWhosePublicHalfIsAnothers() throws Exception {
    byte[] octets = new byte[32];
    octets[31] = 7;
    byte[] foreign = new DerReader(keyPair("secp256r1").getPublic().getEncoded()).sequence().rest();
    byte[] point = Arrays.copyOfRange(foreign, foreign.length - 65, foreign.length);
    byte[] key = DerWriter.sequence(DerWriter.integer(BigInteger.ONE), DerWriter.octets(octets), DerWriter.element(0xa1, DerWriter.bits(point)));
    assertThrows(RefusedException.class, () -> KeyFile.open(pem("PRIVATE KEY", pkcs8(key)), null));
  }

  @Test
  void refusesAKeyOnAnotherCurve() throws Exception {
    String pem = pem("PRIVATE KEY", keyPair("secp384r1").getPrivate().getEncoded());
    assertThrows(RefusedException.class, () -> KeyFile.open(pem, null));
  }

  /** The JVM's own key pair says what the public key must be. */
  @RepeatedTest(8)
  void signsWithEd25519() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Signer signer = KeyFile.open(pem("PRIVATE KEY", pair.getPrivate().getEncoded()), null);
    assertArrayEquals(pair.getPublic().getEncoded(), signer.publicKey());
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(pair.getPublic());
    verifier.update(new byte[] {1, 2, 3});
    assertTrue(verifier.verify(signer.sign(new byte[] {1, 2, 3})));
  }

  /** @see "RFC 8410 §10.3: with and without the public half" */
  @Test
  void readsTheExamplesOfTheStandard() throws Exception {
    String bare = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    String withPublicHalf = "-----BEGIN PRIVATE KEY-----\nMHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
        + "oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\nZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n";
    byte[] expected = Base64.getDecoder().decode("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
    assertArrayEquals(expected, KeyFile.open(bare, null).publicKey());
    assertArrayEquals(expected, KeyFile.open(withPublicHalf, null).publicKey());
  }

  @Test
  void refusesEd25519ByNameWhereTheJvmDoesNotHaveIt() throws Exception {
    String pem = pem("PRIVATE KEY", KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded());
    Provider provider = Security.getProvider("SunEC");
    int position = Arrays.asList(Security.getProviders()).indexOf(provider) + 1;
    Security.removeProvider("SunEC");
    try {
      RefusedException refused = assertThrows(RefusedException.class, () -> KeyFile.open(pem, null));
      assertEquals("the signing key is Ed25519, which this JVM cannot use: it needs Java 15", refused.getMessage());
    } finally {
      Security.insertProviderAt(provider, position);
    }
  }

  @Test
  void refusesAPublicKeyWhereAPrivateOneIsExpected() throws Exception {
    String pem = pem("PUBLIC KEY", keyPair("secp256r1").getPublic().getEncoded());
    assertThrows(RefusedException.class, () -> KeyFile.open(pem, null));
  }

  private static byte[] pkcs8(byte[] ecPrivateKey) {
    byte[] algorithm = DerWriter.sequence(DerWriter.oid(KeyAlgorithm.OID_EC), DerWriter.oid(KeyAlgorithm.OID_P256));
    return DerWriter.sequence(DerWriter.integer(BigInteger.ZERO), algorithm, DerWriter.octets(ecPrivateKey));
  }

  private static KeyPair keyPair(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}
