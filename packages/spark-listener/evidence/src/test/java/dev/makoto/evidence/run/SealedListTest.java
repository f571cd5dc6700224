package dev.makoto.evidence.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.envelope.Bundle;
import dev.makoto.evidence.facts.RunFacts;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.store.Spool;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A seal stays one object that every reader takes, whatever the run did. */
class SealedListTest {
  @TempDir Path folder;

  @Test
  void listsEachVersionOnce() {
    SealedList list = new SealedList();
    for (int i = 0; i < 3; i++) list.add("dataset:file:/a", Sha256.hex("one"));
    list.add("dataset:file:/a", Sha256.hex("two"));
    assertEquals(2, list.entries().size());
    assertEquals(0, list.leftOut());
  }

  @Test
  void shortensWhatIsTooLong() {
    SealedList many = new SealedList();
    for (int i = 0; i < SealedList.MAX_ENTRIES + 5; i++) many.add("dataset:file:/" + i, Sha256.hex("x"));
    assertEquals(SealedList.MAX_ENTRIES, many.entries().size());
    assertEquals(5, many.leftOut());
    SealedList longNames = new SealedList();
    String name = "dataset:file:/" + "n".repeat(8000);
    for (int i = 0; i < 1000; i++) longNames.add(name + i, Sha256.hex("x"));
    assertTrue(longNames.entries().size() < 600);
    assertEquals(1000, longNames.entries().size() + longNames.leftOut());
  }

  @Test
  void sealsARunThatReadMoreThanASealCanHold() throws Exception {
    Lake lake = new Lake(folder.toRealPath());
    Configuration configuration = Configuration.of(lake.settings, null);
    RunServices services = new RunServices(lake.store, lake.data);
    RunContext context = new RunContext(new RunFacts("app", "1"), configuration, services, KeyRing.signer(configuration, services.environment, services.log));
    Gaps gaps = new Gaps();
    Publisher publisher = new Publisher(context, lake.store, Spool.inMemory(), null, gaps);
    RunLedger ledger = new RunLedger(context, publisher, gaps);
    String name = "dataset:file:/" + "n".repeat(8000);
    for (int i = 0; i < 2500; i++) {
      ledger.read(name + i, Sha256.hex("x"));
      ledger.wrote(name + i, Sha256.hex("x"));
    }
    ledger.seal("succeeded");
    publisher.commit();
    String path = lake.store.list("runs/" + context.runId).get(0);
    JsonObject seal = lake.payload(lake.store.get(path, Bundle.MAX_BYTES)).object("predicate").object("run");
    JsonObject gap = (JsonObject) seal.list("gaps").get(0);
    assertEquals("list-shortened", gap.string("reason"));
    assertEquals(5000L, seal.list("reads").size() + seal.list("writes").size() + (Long) gap.get("count"));
  }

  @Test
  void boundsTheBillOfARunThatMakesOriginsOnly() throws Exception {
    RunServices services = new RunServices(null, new LocalData());
    RunContext context = new RunContext(new RunFacts("local-1", "1"), Configuration.of(Collections.emptyMap(), null), services, null);
    Gaps gaps = new Gaps();
    RunDbom dbom = new RunDbom(context, null, gaps);
    for (int i = 0; i < 10005; i++) {
      Attested origin = new Attested();
      origin.name = "dataset:file:/" + i;
      origin.ref = "attestations/" + i;
      origin.predicateType = Predicate.ORIGIN;
      dbom.add(origin, Collections.emptyList(), "");
    }
    assertEquals(5, gaps.count("dbom-incomplete"));
  }
}
