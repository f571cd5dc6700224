package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.digest.Coreutils;
import dev.makoto.evidence.digest.DirectoryRule;
import dev.makoto.evidence.digest.Hasher;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.envelope.Bundle;
import dev.makoto.evidence.facts.DigestSource;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.facts.RunFacts;
import dev.makoto.evidence.facts.ScanFacts;
import dev.makoto.evidence.facts.UnresolvedInput;
import dev.makoto.evidence.facts.WriteFacts;
import dev.makoto.evidence.facts.WrittenFile;
import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.kms.Platform;
import dev.makoto.evidence.statement.Names;
import dev.makoto.evidence.store.DirectoryStore;
import dev.makoto.evidence.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A small lake with a store, a key, and a Spark that is played by hand. */
final class Lake {
  final Path folder;
  final Path storeFolder;
  final LocalData data = new LocalData();
  final Map<String, String> settings = new HashMap<>();
  /** What the platform gives to the run's process. */
  final Map<String, String> variables = new HashMap<>();
  final List<String> warnings = new ArrayList<>();
  final RunEnd end = new RunEnd();
  final WaitingWrites waiting = new WaitingWrites();
  Clock clock = Clock.systemUTC();
  private final JsonObject keys;
  Store store;
  /** Null: the run's own. */
  Hasher hasher;
  private int executions;

  Lake(Path folder) throws IOException {
    this.folder = folder;
    this.storeFolder = folder.resolve("store");
    this.store = new DirectoryStore(storeFolder);
    this.keys = Repository.fixtureObject("bundle.json");
    Files.writeString(folder.resolve("key.pem"), keys.string("privateKey"));
    settings.put("makoto.signing.key", "file:" + folder.resolve("key.pem"));
    settings.put("makoto.dbom.sink", "file:" + storeFolder);
    settings.put("makoto.spool.dir", folder.resolve("spool").toString());
    settings.put("makoto.timeout", "1s");
  }

  Run run() throws Exception {
    RunFacts facts = new RunFacts("local-1763698000000", "1");
    facts.applicationName = "flights";
    facts.versions.put("spark", "3.5.9");
    facts.versions.put("makoto-spark", "0.1.0");
    RunServices services = new RunServices(store, data);
    services.environment = new Platform(variables);
    services.log = new Warnings(warnings);
    services.hasher = hasher;
    services.end = end;
    services.waiting = waiting;
    services.clock = clock;
    return Run.start(facts, Configuration.of(settings, null), services);
  }

  String uri(String path) {
    return "file:" + folder.resolve(path);
  }

  String name(String path) throws IOException {
    return Names.datasetName(uri(path));
  }

  void write(String path, String content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  ExecutionFacts execution() {
    ExecutionFacts execution = new ExecutionFacts(Integer.toString(executions++));
    execution.startedOn = System.currentTimeMillis();
    execution.finishedOn = execution.startedOn;
    return execution;
  }

  /** A scan of everything that is data under this root now. */
  ScanFacts scan(ExecutionFacts execution, String root, String... only) throws IOException {
    ScanFacts scan = new ScanFacts();
    scan.rootUris.add(uri(root));
    scan.records = 10;
    List<String> paths = only.length > 0 ? List.of(only) : dataUnder(root);
    for (String path : paths) {
      Path file = folder.resolve(root).resolve(path);
      scan.files.add(new ReadFile("file:" + file, Files.size(file), Files.getLastModifiedTime(file).toMillis()));
    }
    execution.scans.add(scan);
    return scan;
  }

  /** Writes files as a job would, hashed in stream, and lets the execution finish. */
  WriteFacts output(ExecutionFacts execution, String root, String mode, Map<String, String> files) throws IOException {
    WriteFacts write = new WriteFacts();
    write.rootUri = uri(root);
    write.mode = mode;
    write.operation = "InsertIntoHadoopFsRelationCommand";
    write.format = "csv";
    write.records = 7;
    for (Map.Entry<String, String> file : files.entrySet()) {
      write(root + "/" + file.getKey(), file.getValue());
      byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
      write.files.add(new WrittenFile(uri(root) + "/" + file.getKey(), Sha256.hex(bytes), bytes.length, DigestSource.IN_STREAM));
    }
    execution.writes.add(write);
    execution.finishedOn = System.currentTimeMillis();
    return write;
  }

  /** A whole run that writes these files of rows that it made itself. */
  void produce(String root, String mode, Map<String, String> files) throws Exception {
    try (Run run = run()) {
      ExecutionFacts execution = execution();
      generated(execution);
      output(execution, root, mode, files);
      run.execution(execution);
      run.seal("succeeded");
    }
  }

  /** A whole run that reads one dataset and writes another. */
  void consume(String from, String to) throws Exception {
    try (Run run = run()) {
      ExecutionFacts execution = execution();
      scan(execution, from);
      output(execution, to, "overwrite", Map.of("part-0", "made of " + from));
      run.execution(execution);
      run.seal("succeeded");
    }
  }

  /** The execution's rows come from nowhere but its plan. */
  static void generated(ExecutionFacts execution) {
    execution.unresolved.add(new UnresolvedInput("range", "generated"));
  }

  /** The digest of the newest bundle of this name. */
  String bundleOf(String root) throws IOException {
    String newest = pointer(root);
    return newest.substring(newest.length() - 64);
  }

  /** The newest pointer's path. */
  String pointer(String root) throws IOException {
    List<String> pointers = new ArrayList<>(store.list("names/" + Names.hash(name(root))));
    pointers.sort(null);
    return pointers.get(pointers.size() - 1);
  }

  /** The digest of a directory as anybody can take it. */
  String sumOfSums(String root) throws Exception {
    return Coreutils.sumOf(folder.resolve(root));
  }

  /** Statements of this name, oldest pointer first. */
  List<JsonObject> statements(String path) throws IOException {
    return statementsNamed(name(path));
  }

  List<JsonObject> statementsNamed(String name) throws IOException {
    List<String> pointers = new ArrayList<>(new DirectoryStore(storeFolder).list("names/" + Names.hash(name)));
    pointers.sort(null);
    List<JsonObject> statements = new ArrayList<>();
    for (String pointer : pointers) {
      JsonObject hint = Json.parseObject(new DirectoryStore(storeFolder).get(pointer, 4096), 4096);
      statements.add(statement(hint.string("subject"), hint.string("bundle")));
    }
    return statements;
  }

  /** The statement of a bundle, verified under the lake's key. */
  JsonObject statement(String subject, String bundle) throws IOException {
    byte[] bytes = new DirectoryStore(storeFolder).get("attestations/" + subject + "/" + bundle + ".sigstore.json", Bundle.MAX_BYTES);
    if (bytes == null) throw new IOException("a pointer to an object that is not there");
    if (!Sha256.hex(bytes).equals(bundle)) throw new IOException("a bundle under another's name");
    return payload(bytes);
  }

  JsonObject payload(byte[] bundle) throws IOException {
    Bundle parsed = Bundle.parse(bundle);
    if (!parsed.envelope.verifies(new PublicKeys().addPem(keys.string("publicKey")))) throw new IOException("not under our key");
    return Json.parseObject(parsed.envelope.payload, Bundle.MAX_BYTES);
  }

  JsonObject newest(String path) throws IOException {
    List<JsonObject> statements = statements(path);
    return statements.get(statements.size() - 1);
  }

  /** The run's numbered records, in order. */
  List<JsonObject> records(Run run) throws IOException {
    List<String> paths = new ArrayList<>(new DirectoryStore(storeFolder).list("runs/" + run.runId()));
    paths.sort(null);
    List<JsonObject> records = new ArrayList<>();
    for (String path : paths) {
      if (path.contains("/dbom")) continue;
      records.add(payload(new DirectoryStore(storeFolder).get(path, 1 << 20)).object("predicate").object("run"));
    }
    return records;
  }

  Map<String, String> objects() throws IOException {
    Map<String, String> objects = new TreeMap<>();
    if (!Files.exists(storeFolder)) return objects;
    try (Stream<Path> walk = Files.walk(storeFolder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        objects.put(storeFolder.relativize(file).toString(), Sha256.hex(Files.readAllBytes(file)));
      }
    }
    return objects;
  }

  private List<String> dataUnder(String root) throws IOException {
    Path folderOfRoot = folder.resolve(root);
    if (Files.isRegularFile(folderOfRoot)) return List.of("");
    List<String> paths = new ArrayList<>();
    for (var file : data.list(uri(root))) {
      if (DirectoryRule.isData(file.path)) paths.add(file.path);
    }
    return paths;
  }
}
