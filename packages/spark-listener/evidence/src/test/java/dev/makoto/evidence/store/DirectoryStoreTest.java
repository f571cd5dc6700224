package dev.makoto.evidence.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryStoreTest {
  @TempDir Path folder;

  @Test
  void writesAnObjectOnce() throws IOException {
    Store store = new DirectoryStore(folder);
    assertEquals(PutResult.STORED, store.put("a/b", bytes("one")));
    assertEquals(PutResult.SAME, store.put("a/b", bytes("one")));
    assertThrows(StoreConflictException.class, () -> store.put("a/b", bytes("two")));
    assertArrayEquals(bytes("one"), store.get("a/b", 3));
    assertTrue(store.exists("a/b"));
    assertNull(store.get("a/c", 3));
  }

  @Test
  void refusesToReadMoreThanAsked() throws IOException {
    Store store = new DirectoryStore(folder);
    store.put("a", bytes("four"));
    assertThrows(RefusedException.class, () -> store.get("a", 3));
  }

  @Test
  void listsWhatLiesInAFolderButNoTemporaries() throws IOException {
    Store store = new DirectoryStore(folder);
    store.put("names/x/1", bytes("1"));
    Files.writeString(folder.resolve("names/x/.half"), "x");
    assertEquals(List.of("names/x/1"), store.list("names/x"));
    assertEquals(List.of(), store.list("names/y"));
  }

  @Test
  void takesGzipForTheSameWhenItHoldsTheSame() throws IOException {
    Store store = new DirectoryStore(folder);
    store.put("manifests/x.gz", Content.gzip(bytes("lines lines lines lines")));
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(other) {{ def.setLevel(Deflater.NO_COMPRESSION); }}) {
      gzip.write(bytes("lines lines lines lines"));
    }
    assertEquals(PutResult.SAME, store.put("manifests/x.gz", other.toByteArray()));
    assertThrows(StoreConflictException.class, () -> store.put("manifests/x.gz", Content.gzip(bytes("others"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "../a", "a/../b", "a//b", "a/.b", "a\\b", "a b", "a:b"})
  void refusesPathsThatLeaveTheStoreOrCannotLieEverywhere(String path) {
    assertThrows(RefusedException.class, () -> new DirectoryStore(folder).put(path, bytes("x")));
  }

  @Test
  void letsOneOfManyWritersWin() throws Exception {
    ExecutorService writers = Executors.newFixedThreadPool(8);
    List<Callable<PutResult>> puts = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      String content = "writer " + i;
      puts.add(() -> new DirectoryStore(folder).put("contended", bytes(content)));
    }
    int stored = 0;
    for (Future<PutResult> put : writers.invokeAll(puts)) {
      try {
        if (put.get() == PutResult.STORED) stored++;
      } catch (java.util.concurrent.ExecutionException lost) {
        assertEquals(StoreConflictException.class, lost.getCause().getClass());
      }
    }
    writers.shutdown();
    assertEquals(1, stored);
    try (var left = Files.list(folder)) {
      assertEquals(1, left.count(), "no temporary is left");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Operation not permitted", "Operation not supported", "Function not implemented"})
  void storesOnAMountWithoutHardLinks(String reason) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    Store store = new DirectoryStore(folder, (target, existing) -> {
      asked.incrementAndGet();
      throw new FileSystemException(target.toString(), existing.toString(), reason);
    });
    assertEquals(PutResult.STORED, store.put("a/b", bytes("one")));
    assertEquals(PutResult.STORED, store.put("a/c", bytes("two")));
    assertEquals(PutResult.SAME, store.put("a/b", bytes("one")));
    assertThrows(StoreConflictException.class, () -> store.put("a/b", bytes("two")));
    assertArrayEquals(bytes("one"), store.get("a/b", 3));
    assertEquals(1, asked.get(), "links are tried once");
    try (var left = Files.list(folder.resolve("a"))) {
      assertEquals(2, left.count(), "no temporary is left");
    }
  }

  @Test
  void doesNotRenameOverWhatALinkWasRefusedFor() throws IOException {
    new DirectoryStore(folder).put("a", bytes("one"));
    Store store = new DirectoryStore(folder, (target, existing) -> {
      throw new FileSystemException(target.toString(), existing.toString(), "Operation not permitted");
    });
    assertThrows(StoreConflictException.class, () -> store.put("a", bytes("two")));
    assertArrayEquals(bytes("one"), store.get("a", 3));
  }

  @Test
  void storesNothingWhereTheFileSystemRefusesTheWriter() {
    Store store = new DirectoryStore(folder, (target, existing) -> {
      throw new AccessDeniedException(target.toString());
    });
    assertThrows(AccessDeniedException.class, () -> store.put("a", bytes("one")));
    assertFalse(Files.exists(folder.resolve("a")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
