package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Lake.generated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.envelope.Bundle;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.key.KeyId;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.kms.VaultDouble;
import dev.makoto.evidence.net.Loopback;
import dev.makoto.evidence.statement.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose key stays in a key service. */
class KeyServiceRunTest {
  private final VaultDouble vault = new VaultDouble();
  private Loopback service;
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void start() throws Exception {
    lake = new Lake(folder.toRealPath());
    service = new Loopback(vault::answer);
    lake.variables.putAll(Map.of("VAULT_ADDR", service.url(), "VAULT_TOKEN", vault.token));
    lake.settings.put("makoto.signing.key", "hashivault://spark");
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void signsEverythingWithTheServicesKeyAndNamesIt() throws Exception {
    try (Run run = lake.run()) {
      assertTrue(run.isSigned());
      write(run, "a");
      run.seal("succeeded");
    }
    Bundle bundle = Bundle.parse(Files.readAllBytes(lake.storeFolder.resolve(bundlePath("a"))));
    assertTrue(bundle.envelope.verifies(new PublicKeys().add(vault.key.spki())));
    String executor = Json.parseObject(bundle.envelope.payload, Bundle.MAX_BYTES).object("predicate").object("executor").string("id");
    assertEquals(KeyId.of(vault.key.spki()) + "#agent", executor);
    assertEquals(1, lake.warnings.size(), lake.warnings.toString());
    assertTrue(lake.warnings.get(0).startsWith("VAULT_TOKEN is read"));
  }

  @Test
  void runsUnsignedWithoutCredentialsAndSaysSo() throws Exception {
    lake.variables.remove("VAULT_TOKEN");
    try (Run run = lake.run()) {
      assertFalse(run.isSigned());
      write(run, "a");
      run.seal("succeeded");
    }
    assertTrue(lake.objects().keySet().stream().anyMatch(path -> path.startsWith("attestations/") && path.endsWith(".intoto.json")));
    String seal = lake.objects().keySet().stream().filter(path -> path.contains("/000001_")).findFirst().orElseThrow();
    assertTrue(Files.readString(lake.storeFolder.resolve(seal)).contains("\"reason\":\"signing-key-unavailable\""));
  }

  @Test
  void refusesToStartWithoutCredentialsWhereFailingIsAskedFor() {
    vault.token = "another";
    lake.settings.put("makoto.on-failure", "fail");
    assertEquals("signing.key", assertThrows(ConfigurationException.class, () -> lake.run()).key);
  }

  /** An unsigned statement in a signed run would be one that anybody could have written. */
  @Test
  void statesNothingThatTheServiceHasNotSigned() throws Exception {
    try (Run run = lake.run()) {
      write(run, "a");
      vault.sealed = true;
      write(run, "b");
      write(run, "c");
      run.seal("succeeded");
      assertEquals(1, lake.store.list("names/" + Names.hash(lake.name("a"))).size());
      for (String root : List.of("b", "c")) {
        assertEquals(List.of(), lake.store.list("names/" + Names.hash(lake.name(root))));
      }
      assertTrue(lake.objects().keySet().stream().noneMatch(path -> path.endsWith(".intoto.json")));
    }
    assertTrue(lake.warnings.stream().anyMatch(said -> said.startsWith("the run cannot be sealed")));
  }

  private void write(Run run, String root) throws Exception {
    ExecutionFacts execution = lake.execution();
    generated(execution);
    lake.output(execution, root, "overwrite", Map.of("part-0", root));
    run.execution(execution);
  }

  private String bundlePath(String root) throws Exception {
    String[] parts = lake.pointer(root).split("_");
    return "attestations/" + parts[1] + "/" + parts[2] + ".sigstore.json";
  }
}
