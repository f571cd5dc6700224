package dev.makoto.evidence.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line of FORMATS §1 that anybody can type says the same as we do. */
class Sha256sumTest {
  @TempDir Path folder;

  @Test
  void agreesWithCoreutilsOnADirectory() throws Exception {
    assumeTrue(new File("/bin/sh").exists(), "no shell here");
    for (String path : new String[] {"a.csv", "year=2026/part-0", "_SUCCESS", "_year=1/x", "_tmp/x", ".a.crc", "d\u00e9/\uffff", "d\u00e9/\ud83d\ude00", "b._COPYING_"}) {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "content of " + path);
    }
    assertEquals(Coreutils.sumOf(folder), manifestOf(folder).sha256());
  }

  @Test
  void hashesAStreamAsItPasses() throws IOException {
    ByteArrayOutputStream real = new ByteArrayOutputStream();
    HashingOutputStream stream = new HashingOutputStream(real);
    stream.write("hel".getBytes(StandardCharsets.UTF_8));
    stream.write('l');
    stream.write("xoxx\n".getBytes(StandardCharsets.UTF_8), 1, 1);
    stream.write('\n');
    FileDigest digest = stream.finish();
    assertEquals("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03", digest.sha256);
    assertEquals(6, digest.size);
    assertEquals("hello\n", real.toString(StandardCharsets.UTF_8));
  }

  @Test
  void hasNoDigestForAStreamThatBroke() {
    HashingOutputStream stream = new HashingOutputStream(new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("disk full");
      }
    });
    assertThrows(IOException.class, () -> stream.write(1));
    assertNull(stream.finish());
  }

  private static Manifest manifestOf(Path root) throws IOException {
    List<ManifestEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = root.relativize(file).toString();
        if (DirectoryRule.isData(path)) entries.add(new ManifestEntry(path, Sha256.hex(Files.readAllBytes(file)), -1));
      }
    }
    return Manifest.of(entries);
  }
}
