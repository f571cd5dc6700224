package dev.makoto.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.facts.DataFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
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

  private Map<String, Long> onDisk() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile)
          .collect(Collectors.toMap(file -> folder.relativize(file).toString(), file -> file.toFile().length(), (a, b) -> a, TreeMap::new));
    }
  }
}
