package dev.makoto.hadoop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.store.PutResult;
import dev.makoto.evidence.store.Store;
import dev.makoto.evidence.store.StoreConflictException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One contract on every kind of file system: a local one, one that renames like HDFS, one that creates like an object store. */
class HadoopStoreTest {
  @TempDir java.nio.file.Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"file", "hdfs", "s3a"})
  void writesAnObjectOnce(String scheme) throws IOException {
    Store store = storeOn(scheme);
    assertEquals(PutResult.STORED, store.put("names/x/1", bytes("one")));
    assertEquals(PutResult.SAME, store.put("names/x/1", bytes("one")));
    assertThrows(StoreConflictException.class, () -> store.put("names/x/1", bytes("two")));
    assertArrayEquals(bytes("one"), store.get("names/x/1", 3));
    assertThrows(RefusedException.class, () -> store.get("names/x/1", 2));
    assertTrue(store.exists("names/x/1"));
    assertNull(store.get("names/x/2", 3));
    Files.writeString(folder.resolve("store/names/x/.half"), "x");
    assertEquals(List.of("names/x/1"), store.list("names/x"));
    assertEquals(List.of(), store.list("names/y"));
    assertThrows(RefusedException.class, () -> store.put("../out", bytes("x")));
  }

  @Test
  void listsOpensAndFindsData() throws IOException {
    java.nio.file.Path root = folder.resolve("a b");
    Files.createDirectories(root.resolve("year=2013"));
    Files.writeString(root.resolve("year=2013/part %20"), "hello\n");
    Files.writeString(root.resolve("_SUCCESS"), "");
    HadoopDataFiles files = new HadoopDataFiles(new Configuration());
    TreeMap<String, DataFile> listed = new TreeMap<>();
    for (DataFile file : files.list("file:" + root)) listed.put(file.path, file);
    assertEquals(List.of("_SUCCESS", "year=2013/part %20"), List.copyOf(listed.keySet()));
    DataFile part = listed.get("year=2013/part %20");
    assertEquals(6, part.size);
    assertEquals(part.mtime, files.stat(part.uri).mtime);
    try (var in = files.open(part.uri)) {
      assertEquals("hello\n", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    assertNull(files.stat("file:" + root + "/nothing"));
    assertTrue(files.stat("file:" + root).directory);
  }

  private Store storeOn(String scheme) throws IOException {
    if (scheme.equals("file")) {
      Path root = new Path("file:" + folder.resolve("store"));
      return new HadoopStore(root.getFileSystem(new Configuration()), root);
    }
    FileSystem fs = new Elsewhere(scheme);
    fs.initialize(URI.create("file:///"), new Configuration());
    return new HadoopStore(fs, new Path(folder.resolve("store").toString()));
  }

  /** This machine's files under another scheme; like HDFS, it does not rename onto a file. */
  private static final class Elsewhere extends RawLocalFileSystem {
    private final String scheme;

    Elsewhere(String scheme) {
      this.scheme = scheme;
    }

    @Override
    public URI getUri() {
      return URI.create(scheme + "://elsewhere/");
    }

    @Override
    protected void checkPath(Path path) {}

    @Override
    public Path makeQualified(Path path) {
      return path;
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      return !exists(to) && super.rename(from, to);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
