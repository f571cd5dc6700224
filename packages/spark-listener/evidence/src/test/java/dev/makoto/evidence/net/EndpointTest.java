package dev.makoto.evidence.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.makoto.evidence.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Credentials are shown to nobody on the way. */
class EndpointTest {
  @Test
  void takesTlsAndThisMachine() throws Exception {
    assertEquals("https://vault.example:8200/base", Endpoint.of("https://vault.example:8200/base/"));
    assertEquals("http://127.0.0.1:8200", Endpoint.of("http://127.0.0.1:8200"));
    assertEquals("http://[::1]:1", Endpoint.ofHost("[::1]:1"));
    assertEquals("https://vault.example", Endpoint.ofHost("vault.example"));
  }

  @Test
  void takesTheLinkOfThisMachineForTheCloudsOwnServicesOnly() throws Exception {
    assertEquals("http://169.254.169.254", Endpoint.ofMetadata("http://169.254.169.254/"));
    assertThrows(RefusedException.class, () -> Endpoint.of("http://169.254.169.254"));
    assertThrows(RefusedException.class, () -> Endpoint.ofMetadata("http://10.0.0.1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "http://vault.example", "http://127.0.0.1.evil.example", "http://localhost@evil.example", "https://me:pw@vault.example", "ftp://vault.example",
    "https://vault.example/?a", "https://vault.example#x", "https://", "vault.example"
  })
  void refusesWhatCouldBeOverheardOrMeansAnother(String url) {
    assertThrows(RefusedException.class, () -> Endpoint.of(url));
  }
}
