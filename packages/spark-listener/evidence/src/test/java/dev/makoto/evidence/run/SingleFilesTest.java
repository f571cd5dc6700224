package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.input;
import static dev.makoto.evidence.run.Statements.predicate;
import static dev.makoto.evidence.run.Statements.reasons;
import static dev.makoto.evidence.run.Statements.sha256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.digest.LocalHasher;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.facts.ReadFile;
import dev.makoto.evidence.facts.ScanFacts;
import dev.makoto.evidence.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scan that names its files one by one, as Spark leaves of a glob. */
class SingleFilesTest {
  @TempDir Path folder;
  private Lake lake;
  private CountingStore store;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
    store = new CountingStore(lake.store);
    lake.store = store;
  }

  @Test
  void takesManyFilesOfOneDirectoryForOneDataset() throws Exception {
    read(written("landing/a-", 40), "out");
    int puts = store.puts;
    int asked = lake.data.asked.get();
    lake = new Lake(folder.toRealPath());
    lake.store = store;
    read(written("other/a-", 500), "out2");
    assertEquals(puts, store.puts - puts, "what is stored does not grow with the files");
    assertEquals(460, lake.data.asked.get() - asked, "each file is looked at once, after it was hashed, and nothing else grows");
    assertEquals(1, lake.statements("other").size());
    assertEquals(lake.sumOfSums("other"), sha256(lake.newest("other")));
    assertEquals(1, predicate(lake.newest("out2")).list("inputs").size());
    assertEquals(lake.name("other"), input(lake.newest("out2"), 0).string("name"));
    assertEquals(List.of(), reasons(lake.newest("out2")));
  }

  @Test
  void takesTheDirectoryAboveWhereEachHasFew() throws Exception {
    List<String> files = new ArrayList<>();
    for (int day = 0; day < 20; day++) files.addAll(written("landing/2026/" + day + "/", 2));
    read(files, "out");
    assertEquals(1, predicate(lake.newest("out")).list("inputs").size());
    assertEquals(lake.name("landing/2026"), input(lake.newest("out"), 0).string("name"));
  }

  @Test
  void takesTheDirectoryAboveWhereDirectoriesOfManyAreMany() throws Exception {
    List<String> files = new ArrayList<>();
    for (int day = 0; day < 17; day++) files.addAll(written("landing/2026/" + day + "/", 17));
    read(files, "out");
    assertEquals(List.of(lake.name("landing/2026")), inputNames("out"));
  }

  @Test
  void takesDirectoriesOfManyForThemselvesWhereTheyAreFew() throws Exception {
    List<String> files = new ArrayList<>(written("landing/a/", 20));
    files.addAll(written("landing/b/", 20));
    files.addAll(written("landing/c/", 2));
    read(files, "out");
    assertEquals(
        List.of("landing/a", "landing/b", "landing/c/0", "landing/c/1").stream().map(this::uncheckedName).toList(), inputNames("out"));
  }

  /** A directory that was read in small part is not what was read, and would have to be hashed as a whole. */
  @Test
  void leavesFilesAloneInADirectoryThatHoldsMuchElse() throws Exception {
    List<String> files = written("landing/", 50);
    read(files.subList(0, 20), "out");
    assertEquals(20, inputNames("out").size());
    assertEquals(0, lake.statements("landing").size());
    List<String> small = written("beside/", 20);
    lake.write("beside/large/x", "much more than all the others together ".repeat(20));
    read(small, "out2");
    assertEquals(20, inputNames("out2").size());
    List<String> few = written("crowd/", 20);
    for (int i = 0; i < 30; i++) lake.write("crowd/empty-" + i, "");
    read(few, "out3");
    assertEquals(20, inputNames("out3").size());
    List<String> near = written("near/", 20);
    lake.write("near/table/_delta_log/00000000000000000000.json", "{}");
    read(near, "out4");
    assertEquals(20, inputNames("out4").size());
  }

  /** Executors and threads take many small files better than one after another. */
  @Test
  void hashesTheFilesOfAllDatasetsAtOnce() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    LocalHasher hasher = new LocalHasher(lake.data);
    lake.hasher = (wanted, deadline) -> {
      calls.incrementAndGet();
      return hasher.hash(wanted, deadline);
    };
    read(written("landing/", 10), "out");
    assertEquals(10, inputNames("out").size());
    assertEquals(1, calls.get());
  }

  @Test
  void takesNoBucketForADatasetThatNobodyReadAsSuch() {
    Map<String, ReadFile> single = new HashMap<>();
    for (int i = 0; i < 20; i++) single.put("s3://bucket/" + i, new ReadFile("s3a://bucket/" + i, 1, 1));
    assertEquals(Map.of(), new SingleFiles(lake.data, new WorkTime(Long.MAX_VALUE, lake.end)).gather(single));
    assertEquals(0, lake.data.asked.get(), "nor is it listed");
  }

  @Test
  void takesNoTableForItsFiles() throws Exception {
    List<String> files = written("table/", 20);
    lake.write("table/_delta_log/00000000000000000000.json", "{}");
    read(files, "out");
    assertEquals(List.of("input-without-digest"), reasons(lake.newest("out")));
    assertEquals(0, lake.data.opened.get());
  }

  @Test
  void leavesAnAttestedFileTheDatasetThatItIs() throws Exception {
    List<String> files = written("landing/", 20);
    lake.consume("landing/0", "out");
    lake.write("landing/0", "altered since");
    read(files, "out");
    assertEquals(List.of(lake.name("landing"), lake.name("landing/0")), inputNames("out"));
    assertEquals(2, lake.statements("landing/0").size());
  }

  @Test
  void beginsNoMoreWhereTheRunEnds() throws Exception {
    List<String> files = written("landing/", 40);
    lake.end.set(1);
    int lists = store.lists;
    read(files, "out");
    assertEquals(16, inputNames("out").size());
    assertEquals(List.of("deadline"), reasons(lake.newest("out")));
    assertEquals(24, predicate(lake.newest("out")).list("unresolvedInputs").size());
    assertTrue(store.lists - lists < 60, "what is not asked for takes no time: " + (store.lists - lists));
  }

  /** The first batch of a stream of files reads all that has landed; each later one names what is new. */
  @Test
  void costsNoMoreThanWhatIsReadInADirectoryThatGrows() throws Exception {
    List<String> first = written("landing/a-", 40);
    try (Run run = lake.run()) {
      run.execution(reading(first, "out"));
      assertEquals(List.of(lake.name("landing")), inputNames("out"));
      List<String> batch = written("landing/b-", 2);
      lake.data.shown.set(0);
      lake.data.opened.set(0);
      run.execution(reading(batch, "out2"));
      assertEquals(1, lake.data.shown.get(), "the output, and nothing is listed of what was read");
      assertEquals(2, lake.data.opened.get());
    }
    assertEquals(1, lake.statements("landing").size(), "no version of all");
    assertEquals(List.of(lake.name("landing/b-0"), lake.name("landing/b-1")), inputNames("out2"));
    assertEquals(List.of(), reasons(lake.newest("out2")));
  }

  @Test
  void costsAnotherRunNoMoreEither() throws Exception {
    read(written("landing/a-", 40), "out");
    List<String> later = written("landing/b-", 30);
    written("landing/c-", 100);
    Lake before = lake;
    lake = new Lake(folder.toRealPath());
    read(later.subList(0, 1), "out2");
    assertEquals(1, lake.data.shown.get(), "the output, and nothing is listed of what was read");
    assertEquals(List.of(lake.name("landing/b-0")), inputNames("out2"));
    read(later, "out3");
    assertEquals(30, inputNames("out3").size(), "nor are more of them most of it");
    assertEquals(1, before.statements("landing").size());
  }

  @Test
  void countsToADirectoryWhatItHeldWhenItWasFound() throws Exception {
    List<String> files = written("landing/a-", 40);
    read(files, "out");
    List<String> later = written("landing/b-", 1);
    lake = new Lake(folder.toRealPath());
    read(List.of(files.get(0), files.get(1), later.get(0)), "out2");
    assertEquals(List.of(lake.name("landing"), lake.name("landing/b-0")), inputNames("out2"));
    assertEquals(1, lake.data.opened.get());
    assertEquals(1, lake.statements("landing").size());
  }

  @Test
  void findsADirectoryAnewOfWhichMostWasRead() throws Exception {
    List<String> files = new ArrayList<>(written("landing/a-", 40));
    read(files, "out");
    files.addAll(written("landing/b-", 10));
    read(files, "out2");
    assertEquals(List.of(lake.name("landing")), inputNames("out2"));
    assertEquals(lake.sumOfSums("landing"), sha256(lake.newest("landing")));
    assertEquals(2, lake.statements("landing").size());
  }

  /** What somebody stated of a directory holds for all of it, however much is read. */
  @Test
  void comparesEachFileOfADirectoryThatSomebodyProduced() throws Exception {
    lake.produce("made", "overwrite", Map.of("part-0", "one", "part-1", "two"));
    lake.write("made/part-2", "three");
    read(List.of("made/part-2"), "out");
    assertEquals(List.of(lake.name("made")), inputNames("out"));
    assertTrue(input(lake.newest("out"), 0).has("differsFrom"));
  }

  @Test
  void looksIntoNoMoreDirectoriesWhereTheTimeIsUp() throws Exception {
    Map<String, ReadFile> single = new HashMap<>();
    for (String folder : List.of("a/", "b/", "c/")) {
      for (String file : written(folder, 20)) single.put("file:" + lake.folder.resolve(file), new ReadFile(lake.uri(file), 5, 1));
    }
    assertEquals(60, new SingleFiles(lake.data, new WorkTime(Long.MAX_VALUE, lake.end)).gather(single).size());
    lake.data.asked.set(0);
    assertEquals(Map.of(), new SingleFiles(lake.data, new WorkTime(0, lake.end)).gather(single));
    assertEquals(0, lake.data.asked.get());
    lake.data.shown.set(0);
    DataFiles slow = new DataFiles() {
      @Override
      public void visitBelow(String rootUri, Visitor visitor) throws IOException {
        lake.end.set(0);
        lake.data.visitBelow(rootUri, visitor);
      }

      @Override
      public void visitIn(String folderUri, Visitor visitor) throws IOException {
        lake.data.visitIn(folderUri, visitor);
      }

      @Override
      public DataFile stat(String uri) throws IOException {
        return lake.data.stat(uri);
      }

      @Override
      public InputStream open(String uri) throws IOException {
        return lake.data.open(uri);
      }
    };
    assertEquals(Map.of(), new SingleFiles(slow, new WorkTime(Long.MAX_VALUE, lake.end)).gather(single));
    assertEquals(1, lake.data.asked.get());
    assertEquals(1, lake.data.shown.get(), "a listing is left where the run ends meanwhile");
  }

  private List<String> written(String prefix, int count) throws Exception {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lake.write(prefix + i, "row " + i);
      files.add(prefix + i);
    }
    return files;
  }

  private void read(List<String> files, String to) throws Exception {
    try (Run run = lake.run()) {
      run.execution(reading(files, to));
      run.seal("succeeded");
    }
  }

  private ExecutionFacts reading(List<String> files, String to) throws Exception {
    ExecutionFacts execution = lake.execution();
    ScanFacts scan = new ScanFacts();
    for (String file : files) {
      Path path = lake.folder.resolve(file);
      scan.rootUris.add(lake.uri(file));
      scan.files.add(new ReadFile(lake.uri(file), Files.size(path), Files.getLastModifiedTime(path).toMillis()));
    }
    execution.scans.add(scan);
    lake.output(execution, to, "overwrite", Map.of("part-0", "made of " + files.size()));
    return execution;
  }

  private List<String> inputNames(String output) throws Exception {
    List<String> names = new ArrayList<>();
    for (Object input : predicate(lake.newest(output)).list("inputs")) names.add(((JsonObject) input).string("name"));
    return names;
  }

  private String uncheckedName(String path) {
    try {
      return lake.name(path);
    } catch (java.io.IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
  }
}
