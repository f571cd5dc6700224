package dev.makoto.hadoop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.digest.FileDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every digest equals sha256sum of the file on disk. */
class HashingFileSystemTest {
  @TempDir java.nio.file.Path folder;
  private final Configuration conf = new Configuration();
  private Path real;
  private Path hashing;
  private FileSystem fs;

  @BeforeEach
  void wrap() throws Exception {
    real = new Path("file:" + folder.resolve("a b=1/part-0%.csv"));
    hashing = HashingFileSystem.wrap(real, conf);
    fs = hashing.getFileSystem(conf);
  }

  @Test
  void wrapsAPathInTheOneConfigurationOnly() throws Exception {
    assertEquals("makoto+file:" + folder + "/a b=1/part-0%.csv", hashing.toString());
    assertTrue(fs instanceof HashingFileSystem);
    assertNull(new Configuration().get("fs.makoto+file.impl"));
  }

  @Test
  void doesNotServeAFileSystemThatMustNotBeCached() {
    assertTrue(HashingFileSystem.serves(real, conf));
    conf.setBoolean("fs.file.impl.disable.cache", true);
    assertFalse(HashingFileSystem.serves(real, conf));
  }

  @Test
  void writesThroughTheNewFileSystemWhereSomebodyClosedTheSharedOne() throws Exception {
    FileSystem shared = real.getFileSystem(conf);
    assertSame(shared, ((FilterFileSystem) fs).getRawFileSystem());
    shared.close();
    HashingFileSystem.open(hashing, conf);
    assertNotSame(shared, ((FilterFileSystem) fs).getRawFileSystem());
    assertSame(real.getFileSystem(conf), ((FilterFileSystem) fs).getRawFileSystem());
  }

  @Test
  void refusesToWrapWhereItsStreamCannotBeLinked() throws Exception {
    Class<?> unlinkable = new WithoutStream().loadClass(HashingFileSystem.class.getName());
    assertThrows(LinkageError.class, () -> {
      try {
        unlinkable.getMethod("wrap", Path.class, Configuration.class).invoke(null, real, conf);
      } catch (InvocationTargetException thrown) {
        throw thrown.getCause();
      }
    });
  }

  @Test
  void hashesWhateverWayAFileIsCreated() throws Exception {
    EnumSet<CreateFlag> flags = EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE);
    Creation[] ways = {
      () -> fs.create(hashing),
      () -> fs.create(hashing, true),
      () -> fs.create(hashing, true, 4096),
      () -> fs.create(hashing, FsPermission.getFileDefault(), true, 4096, (short) 1, 1 << 20, null),
      () -> fs.create(hashing, FsPermission.getFileDefault(), flags, 4096, (short) 1, 1 << 20, null),
      () -> fs.createNonRecursive(hashing, true, 4096, (short) 1, 1 << 20, null),
      () -> fs.createNonRecursive(hashing, FsPermission.getFileDefault(), flags, 4096, (short) 1, 1 << 20, null),
      this::built,
    };
    for (int i = 0; i < ways.length; i++) {
      byte[] content = ("content " + i).getBytes(StandardCharsets.UTF_8);
      try (OutputStream out = ways[i].create()) {
        out.write(content, 0, 3);
        out.write(content[3]);
        out.write(content, 4, content.length - 4);
      }
      FileDigest digest = HashingFileSystem.take(real);
      assertNotNull(digest, "way " + i);
      assertEquals(sha256sum(), digest.sha256, "way " + i);
      assertEquals(content.length, digest.size);
      assertNull(HashingFileSystem.take(real), "a digest is taken once");
    }
  }

  @Test
  void isTakenUnderTheWrappedPathToo() throws Exception {
    write("x");
    assertEquals(sha256sum(), HashingFileSystem.take(hashing).sha256);
  }

  @Test
  void countsAFileOnceHoweverOftenItIsClosed() throws Exception {
    FSDataOutputStream out = fs.create(hashing);
    out.write(1);
    out.close();
    FileDigest digest = HashingFileSystem.take(real);
    out.close();
    assertEquals(sha256sum(), digest.sha256);
    assertNull(HashingFileSystem.take(real));
  }

  @Test
  void hasNoDigestBeforeTheCloseNorForWhatWasForgotten() throws Exception {
    FSDataOutputStream out = fs.create(hashing);
    out.write(1);
    assertNull(HashingFileSystem.take(real));
    out.close();
    HashingFileSystem.forget(real);
    assertNull(HashingFileSystem.take(real));
  }

  @Test
  void hasNoDigestOfAFileThatWasAppendedToTruncatedOrRemoved() throws Exception {
    write("x");
    FileSystem raw = fs;
    assertThrows(UnsupportedOperationException.class, () -> raw.append(hashing).close(), "the local checksummed file system cannot append, and says so");
    assertNull(HashingFileSystem.take(real));
    write("y");
    fs.delete(hashing, false);
    assertNull(HashingFileSystem.take(real));
  }

  @Test
  void keepsTheDigestOfAFileThatIsRenamedThroughIt() throws Exception {
    write("x");
    String before = sha256sum();
    Path to = new Path(real.getParent(), "renamed");
    assertTrue(fs.rename(hashing, HashingFileSystem.wrap(to, conf)));
    assertNull(HashingFileSystem.take(real));
    assertEquals(before, HashingFileSystem.take(to).sha256);
  }

  @Test
  void showsTheRealFileSystemUnderBothSpellings() throws Exception {
    write("hello");
    assertEquals(5, fs.getFileStatus(hashing).getLen());
    assertEquals(real, fs.getFileStatus(real).getPath());
    assertEquals(1, fs.listStatus(hashing.getParent()).length);
    assertTrue(fs.exists(hashing));
    assertTrue(fs.mkdirs(new Path(hashing.getParent(), "sub")));
    try (var in = fs.open(hashing)) {
      assertEquals('h', in.read());
    }
    assertEquals("file", fs.getUri().getScheme());
    assertEquals(hashing, fs.makeQualified(hashing));
    assertTrue(fs.getDefaultBlockSize(hashing) > 0);
    assertNotNull(fs.getServerDefaults(hashing));
    assertNotNull(fs.getContentSummary(hashing.getParent()));
  }

  @Test
  void doesNotCloseTheFileSystemThatTheWholeJvmShares() throws Exception {
    FileSystem shared = real.getFileSystem(conf);
    fs.close();
    assertFalse(shared.exists(new Path("file:/does/not/exist")));
    write("still works");
    assertEquals(sha256sum(), HashingFileSystem.take(real).sha256);
  }

  @Test
  void keepsWhatTheRealStreamCanDo() throws Exception {
    try (FSDataOutputStream plain = real.getFileSystem(conf).create(new Path(real.getParent(), "other"));
        FSDataOutputStream out = fs.create(hashing)) {
      for (String capability : new String[] {"hflush", "hsync", "out:abortable-stream", "iostatistics", "dropbehind"}) {
        assertEquals(plain.hasCapability(capability), out.hasCapability(capability), capability);
      }
      out.write(1);
      out.hflush();
      out.hsync();
      assertEquals(1, out.getPos());
      assertThrows(UnsupportedOperationException.class, plain::abort);
      assertThrows(UnsupportedOperationException.class, out::abort);
    }
  }

  private FSDataOutputStream built() throws java.io.IOException {
    FSDataOutputStreamBuilder<?, ?> builder = fs.createFile(hashing);
    builder.recursive().overwrite(true).opt("fs.option.nobody.knows", "x");
    return builder.build();
  }

  private void write(String content) throws Exception {
    try (OutputStream out = fs.create(hashing, true)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
  }

  private String sha256sum() throws Exception {
    String file = real.toUri().getPath();
    assertTrue(Files.exists(java.nio.file.Path.of(file)));
    Process process = new ProcessBuilder("sha256sum", "--", file).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor());
    return output.substring(0, 64);
  }

  /** Stands for a Hadoop that lacks what the hashing stream implements. */
  private static final class WithoutStream extends ClassLoader {
    WithoutStream() {
      super(HashingFileSystemTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.equals(HashingStream.class.getName())) throw new NoClassDefFoundError("org/apache/hadoop/fs/Abortable");
      if (!name.startsWith("dev.makoto.hadoop.")) return super.loadClass(name, resolve);
      Class<?> known = findLoadedClass(name);
      if (known != null) return known;
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] code = in.readAllBytes();
        return defineClass(name, code, 0, code.length);
      } catch (IOException unreadable) {
        throw new ClassNotFoundException(name, unreadable);
      }
    }
  }

  private interface Creation {
    OutputStream create() throws java.io.IOException;
  }
}
