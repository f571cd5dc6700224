package dev.makoto.evidence.run;

import static dev.makoto.evidence.run.Statements.reasons;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.facts.ExecutionFacts;
import dev.makoto.evidence.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it costs to look once more at attested inputs: a request to an object store takes tens of milliseconds. */
class FilesNowTest {
  @TempDir Path folder;
  private Lake lake;

  @BeforeEach
  void arrange() throws Exception {
    lake = new Lake(folder.toRealPath());
  }

  @Test
  void looksAtAnAttestedInputOnce() throws Exception {
    lake.produce("a", "overwrite", parts("p=", 50, 5));
    assertEquals(1, requestsFor("a"));
  }

  @Test
  void looksAtManyFoldersAtOnce() throws Exception {
    lake.produce("a", "overwrite", parts("day=", 300, 300));
    String[] most = parts("day=", 299, 299).keySet().toArray(new String[0]);
    assertEquals(1, requestsFor("a", most));
  }

  @Test
  void looksIntoTheFolderThatHasAllThatWasRead() throws Exception {
    Map<String, String> parts = parts("year=2025/day=", 300, 300);
    parts.putAll(parts("year=2026/day=", 30, 30));
    lake.produce("a", "overwrite", parts);
    assertEquals(1, requestsFor("a", parts("year=2026/day=", 30, 30).keySet().toArray(new String[0])));
    assertEquals(30, lake.data.shown.get());
  }

  @Test
  void listsNothingBelowTheFilesThatWereRead() throws Exception {
    Map<String, String> parts = parts("archive/", 100, 10);
    parts.putAll(Map.of("a.csv", "1", "b.csv", "2", "c.csv", "3"));
    lake.produce("a", "overwrite", parts);
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "a", "a.csv", "b.csv");
      Files.delete(lake.folder.resolve("a/b.csv"));
      lake.data.shown.set(0);
      run.execution(execution);
    }
    assertEquals(3, lake.data.shown.get(), "two files and a folder");
  }

  @Test
  void asksForTwoFilesOfAFolderOfMany() throws Exception {
    lake.produce("a", "overwrite", parts("day=", 500, 1));
    assertEquals(2, requestsFor("a", "day=0/part-7", "day=0/part-8"));
    assertEquals(0, lake.data.shown.get(), "nothing is listed");
  }

  @Test
  void leavesAFolderThatHasGrown() throws Exception {
    lake.produce("a", "overwrite", parts("day=", 3, 1));
    for (int i = 0; i < 500; i++) lake.write("a/day=0/later-" + i, "x");
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, "a", "day=0/part-0", "day=0/part-1");
      Files.delete(lake.folder.resolve("a/day=0/part-1"));
      lake.data.shown.set(0);
      run.execution(execution);
    }
    assertTrue(lake.data.shown.get() <= 202, "a hundred for each file that is wanted: " + lake.data.shown.get());
  }

  @Test
  void doesNotLookAgainForAnExecutionThatHadEndedBefore() throws Exception {
    lake.produce("a", "overwrite", parts("p=", 50, 5));
    try (Run run = lake.run()) {
      ExecutionFacts first = reader();
      ExecutionFacts second = reader();
      run.execution(first);
      lake.data.asked.set(0);
      run.execution(second);
      assertEquals(1, lake.data.asked.get(), "its output");
      lake.write("a/p=1/part-1", "altered before the third one's end");
      ExecutionFacts third = lake.execution();
      third.scans.addAll(first.scans);
      lake.output(third, "c", "overwrite", Map.of("part-0", "three"));
      third.finishedOn++;
      run.execution(third);
      assertEquals(List.of("input-changed-since-read"), reasons(lake.newest("c")));
    }
  }

  @Test
  void looksNoMoreWhereNoTimeIsLeft() throws Exception {
    lake.produce("a", "overwrite", Map.of("part-0", "one", "part-1", "two"));
    lake.settings.put("makoto.budget", "0s,64gb");
    assertEquals(0, requestsFor("a"));
    assertEquals(List.of("input-over-budget"), reasons(readNow()));
    lake.settings.remove("makoto.budget");
    lake.end.set(0);
    assertEquals(0, requestsFor("a"));
    assertEquals(List.of("input-unreadable"), reasons(readNow()));
  }

  /** How often the data is asked for where these files are read, and nothing is written. */
  private int requestsFor(String root, String... only) throws Exception {
    try (Run run = lake.run()) {
      ExecutionFacts execution = lake.execution();
      lake.scan(execution, root, only);
      lake.data.asked.set(0);
      lake.data.shown.set(0);
      run.execution(execution);
    }
    assertEquals(0, lake.data.opened.get());
    return lake.data.asked.get();
  }

  /** So many files, in so many folders. */
  private static Map<String, String> parts(String folder, int files, int folders) {
    Map<String, String> parts = new TreeMap<>();
    for (int i = 0; i < files; i++) parts.put(folder + i % folders + "/part-" + i, "x" + i);
    return parts;
  }

  /** An execution that has read {@code a}, and waits for its turn. */
  private ExecutionFacts reader() throws Exception {
    ExecutionFacts execution = lake.execution();
    lake.scan(execution, "a");
    lake.output(execution, "b", "overwrite", Map.of("part-0", "made of a"));
    return execution;
  }

  private JsonObject readNow() throws Exception {
    try (Run run = lake.run()) {
      run.execution(reader());
    }
    return lake.newest("b");
  }
}
