package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.reasons;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.Reason;
import dev.makoto.evidence.facts.RunFacts;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.statement.Predicate;
import dev.makoto.evidence.store.Spool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever an execution read, what is stated of it stays an object that every reader takes. */
class StatementSizeTest {
  /** Of a statement, by every reader. */
  private static final int MAX_STATEMENT = 12 << 20;
  private static final String LONG_PATH = "segment/".repeat(30);

  @TempDir Path folder;
  private Lake lake;
  private RunContext context;
  private Publisher publisher;
  private final Gaps gaps = new Gaps();
  private final InputSet inputs = new InputSet();

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
    Configuration configuration = Configuration.of(lake.settings, null);
    RunServices services = new RunServices(lake.store, lake.data);
    context = new RunContext(new RunFacts("app", "1"), configuration, services, RunKeys.open(configuration, services, gaps).signer);
    publisher = new Publisher(context, lake.store, Spool.inMemory(), null, gaps);
  }

  @Test
  void namesPartsByTheirManifestsWhereTheirListsAreTooMuch() throws Exception {
    for (int i = 0; i < 60; i++) inputs.add(input("dataset:file:/raw/" + i, part(i)));
    Attested written = write();
    assertEquals(0, inputs.leftOut());
    List<?> stated = predicate(lake.statement(written.subject, written.bundle)).list("inputs");
    assertEquals(60, stated.size());
    JsonObject first = subset(stated.get(0));
    assertEquals(1000, first.list("files").size(), "as long as there is room");
    JsonObject last = subset(stated.get(59));
    assertFalse(last.has("files"));
    assertEquals(last.string("sha256"), last.object("manifest").object("digest").string("sha256"));
    assertNotNull(lake.store.get(last.object("manifest").string("ref"), 1 << 20));
  }

  @Test
  void namesTheFirstInputsWhereTheyAreTooMany() throws Exception {
    for (int i = 0; i < 20000; i++) inputs.add(input("dataset:file:/raw/" + LONG_PATH + i, null));
    Attested written = write();
    JsonObject statement = lake.statement(written.subject, written.bundle);
    List<?> stated = predicate(statement).list("inputs");
    assertTrue(stated.size() > 4000, "as many as there is room for: " + stated.size());
    assertEquals(20000, stated.size() + inputs.leftOut());
    assertEquals(List.of("input-over-budget"), reasons(statement));
    assertEquals(InputSet.NOT_NAMED, ((JsonObject) predicate(statement).list("unresolvedInputs").get(0)).string("name"));
  }

  @Test
  void namesTheFirstInputsWithoutADigestWhereTheyAreTooMany() throws Exception {
    inputs.add(input("dataset:file:/raw", null));
    for (int i = 0; i < 20000; i++) {
      inputs.addUnresolved("dataset:file:/raw/" + LONG_PATH + i, i == 19999 ? Reason.INPUT_UNREADABLE : Reason.INPUT_OVER_BUDGET, List.of(i % 2));
    }
    Attested written = write();
    JsonObject statement = lake.statement(written.subject, written.bundle);
    assertEquals(List.of("input-over-budget", "input-unreadable"), reasons(statement));
    assertEquals(20000, predicate(statement).list("unresolvedInputs").size() - 2 + inputs.leftOut());
    assertEquals(List.of(0, 1), inputs.unresolved.get(inputs.unresolved.size() - 2).rddIds.stream().sorted().toList());
  }

  @Test
  void namesAVersionsFilesByTheirManifestWhereTheirPathsAreTooLong() throws Exception {
    List<ManifestEntry> files = new ArrayList<>();
    for (int i = 0; i < 900; i++) files.add(new ManifestEntry("p".repeat(8000) + i, Sha256.hex("x"), 1));
    JsonObject predicate = new FileLists(publisher).into(new JsonObject(), Manifest.of(files), new ListRoom());
    assertFalse(predicate.has("files"));
    assertEquals(900, predicate.object("manifest").get("entries"));
  }

  @Test
  void boundsARunsBillOfMaterials() throws Exception {
    RunDbom dbom = new RunDbom(context, publisher, gaps);
    for (int i = 0; i < 400; i++) {
      List<ResolvedInput> read = new ArrayList<>();
      for (int j = 0; j < 20; j++) read.add(input("dataset:file:/raw/" + LONG_PATH + i + "/" + j, null));
      Attested output = attestation("dataset:file:/out/" + LONG_PATH + i);
      output.predicateType = Predicate.TRANSFORM;
      dbom.add(output, read, "");
    }
    dbom.publish(Sha256.hex("seal"));
    publisher.commit();
    JsonObject bill = lake.payload(lake.store.get("runs/" + context.runId + "/dbom.sigstore.json", 16 << 20)).object("predicate");
    assertTrue(Json.canonicalize(bill).length < MAX_STATEMENT);
    assertEquals(400, bill.list("transformations").size() + gaps.count("dbom-incomplete"));
    assertTrue(gaps.count("dbom-incomplete") > 0);
  }

  private static JsonObject subset(Object input) {
    return ((JsonObject) input).object("observed").object("subset");
  }

  /** States an output that was made of the inputs, stores it, and reads it as the next run does. */
  private Attested write() throws Exception {
    ExecutionFacts execution = lake.execution();
    OutputVersion output = new OutputVersion();
    Manifest files = Manifest.of(List.of(new ManifestEntry("part-0", Sha256.hex("x"), 1)));
    output.version = new DatasetVersion(lake.name("out"), lake.uri("out"), "files", files);
    output.written = files;
    FileLists lists = new FileLists(publisher);
    JsonObject predicate = new OutputStatement(context, lists)
        .predicate(execution, lake.output(execution, "out", "overwrite", Collections.emptyMap()), output, inputs, null);
    lists.into(predicate, files, new ListRoom());
    JsonObject statement = new JsonObject()
        .with("_type", Predicate.STATEMENT)
        .with("subject", List.of(output.version.subject("x")))
        .with("predicateType", Predicate.TRANSFORM)
        .with("predicate", predicate);
    assertTrue(Json.canonicalize(statement).length < MAX_STATEMENT);
    String bundle = publisher.publish(files.sha256(), statement)[0];
    publisher.commit();
    Attested read = new AttestationReader(lake.store, new PublicKeys().add(context.signer.publicKey()), false).read(files.sha256(), bundle);
    assertNotNull(read, "what was stated counts for the next run");
    return read;
  }

  private static Manifest part(int input) throws Exception {
    List<ManifestEntry> files = new ArrayList<>();
    for (int i = 0; i < 1000; i++) files.add(new ManifestEntry("day=" + i + "/part-" + input, Sha256.hex("x"), 1));
    return Manifest.of(files);
  }

  private static ResolvedInput input(String name, Manifest subset) {
    ResolvedInput input = new ResolvedInput();
    input.name = name;
    input.sha256 = Sha256.hex(name);
    input.attested = attestation(name);
    input.subset = subset;
    input.rddIds.add(1);
    return input;
  }

  private static Attested attestation(String name) {
    Attested attestation = new Attested();
    attestation.name = name;
    attestation.subject = Sha256.hex(name);
    attestation.bundle = Sha256.hex("bundle of " + name);
    attestation.ref = "attestations/" + attestation.subject + "/" + attestation.bundle + ".sigstore.json";
    attestation.predicateType = Predicate.ORIGIN;
    return attestation;
  }
}
