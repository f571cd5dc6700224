package dev.makoto.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.facts.DataFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopDataFilesTest {
  @TempDir Path folder;

  @Test
  void listsEveryFileBelowARootByItsRelativePathAsTheDiskHasIt() throws Exception {
    for (String name : new String[] {"a.csv", "year=2024/month=1/b c.csv", "year=2024/é%20.csv", "_SUCCESS"}) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, name.getBytes(StandardCharsets.UTF_8));
    }
    Map<String, Long> listed = new TreeMap<>();
    for (DataFile file : new HadoopDataFiles(new Configuration(false)).list("file:" + folder)) {
      listed.put(file.path, file.size);
      assertEquals(Files.getLastModifiedTime(folder.resolve(file.path)).toMillis(), file.mtime);
    }
    assertEquals(onDisk(), listed);
    assertTrue(listed.containsKey("year=2024/é%20.csv"));
  }

  /** Its own listing would have a million names in the driver's memory before the first is looked at. */
  public static final class Unlisted extends LocalFileSystem {
    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path folder) throws IOException {
      throw new IOException("all of it is listed at once");
    }
  }

  @Test
  void showsALocalFolderNameByName() throws Exception {
    for (String name : new String[] {"a.csv", "é%20 b:c.csv", ".a.csv.crc"}) Files.write(folder.resolve(name), new byte[3]);
    Configuration conf = new Configuration(false);
    conf.set("fs.file.impl", Unlisted.class.getName());
    conf.setBoolean("fs.file.impl.disable.cache", true);
    Map<String, DataFile> shown = new TreeMap<>();
    new HadoopDataFiles(conf).visitIn("file:" + folder, file -> shown.put(file.path, file) == null);
    assertEquals(List.of("a.csv", "é%20 b:c.csv"), List.copyOf(shown.keySet()));
    new HadoopDataFiles(new Configuration(false)).visitBelow("file:" + folder, file -> {
      assertEquals(List.of(file.uri, file.size, file.mtime), List.of(shown.get(file.path).uri, shown.get(file.path).size, shown.get(file.path).mtime));
      return true;
    });
  }

  @Test
  void showsWhatLiesInAFolderItselfAndNoMoreThanIsWanted() throws Exception {
    for (String name : new String[] {"a.csv", "b.csv", "archive/c.csv", "archive/d.csv"}) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, name.getBytes(StandardCharsets.UTF_8));
    }
    HadoopDataFiles files = new HadoopDataFiles(new Configuration(false));
    Map<String, Boolean> shown = new TreeMap<>();
    files.visitIn("file:" + folder, file -> shown.put(file.path, file.directory) == null);
    assertEquals(Map.of("a.csv", false, "archive", true, "b.csv", false), shown);
    for (int most = 1; most <= 3; most++) {
      int wanted = most;
      List<DataFile> seen = new ArrayList<>();
      files.visitBelow("file:" + folder, file -> seen.add(file) && seen.size() < wanted);
      assertEquals(most, seen.size());
      seen.clear();
      files.visitIn("file:" + folder, file -> seen.add(file) && seen.size() < wanted);
      assertEquals(most, seen.size());
    }
    assertThrows(FileNotFoundException.class, () -> files.visitIn("file:" + folder + "/gone", file -> true));
    assertThrows(FileNotFoundException.class, () -> files.visitBelow("file:" + folder + "/gone", file -> true));
  }

  private Map<String, Long> onDisk() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile)
          .collect(Collectors.toMap(file -> folder.relativize(file).toString(), file -> file.toFile().length(), (a, b) -> a, TreeMap::new));
    }
  }
}
