package dev.makoto.hadoop;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.store.Content;
import dev.makoto.evidence.store.DirectoryStore;
import dev.makoto.evidence.store.PutResult;
import dev.makoto.evidence.store.Store;
import dev.makoto.evidence.store.StoreConflictException;
import dev.makoto.evidence.store.StorePath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A store on any file system that Hadoop knows.
 *
 * <p>What keeps one writer from replacing another's object differs, so what is used differs:
 *
 * <ul>
 *   <li>{@code file}: link(2), by {@link DirectoryStore}. Hadoop's own local rename replaces.
 *   <li>HDFS, ABFS and others that rename atomically and not onto a file: written under a dot name, then renamed. No reader sees half an
 *       object.
 *   <li>Object stores (S3, GCS, …), where rename copies, but an object appears whole, at close: created without overwriting. GCS makes
 *       that exclusive; S3A does where it knows conditional writes (Hadoop 3.4.2 on, asked for below), and looks first and then writes
 *       before: two writers of the same path within that moment would both succeed. Paths carry their content's digest or a random run
 *       id, so both would write the same bytes.
 * </ul>
 *
 * @see "FORMATS §4"
 */
public final class HadoopStore implements Store {
  private static final Set<String> OBJECT_STORES =
      new HashSet<String>(Arrays.asList("s3", "s3a", "s3n", "gs", "oss", "cosn", "obs", "swift", "wasb", "wasbs"));
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  private final FileSystem fs;
  private final Path root;
  /** Null where the file system is not this machine's. */
  private final DirectoryStore local;

  public HadoopStore(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = fs.makeQualified(root);
    this.local = "file".equals(fs.getUri().getScheme()) ? new DirectoryStore(Paths.get(this.root.toUri().getPath())) : null;
  }

  @Override
  public byte[] get(String path, long maxBytes) throws IOException {
    if (local != null) return local.get(path, maxBytes);
    Path file = at(path);
    try {
      if (fs.getFileStatus(file).getLen() > maxBytes) throw new RefusedException("an object of more than " + maxBytes + " bytes");
      try (InputStream in = fs.open(file)) {
        return Content.read(in, maxBytes);
      }
    } catch (FileNotFoundException absent) {
      return null;
    }
  }

  @Override
  public PutResult put(String path, byte[] bytes) throws IOException {
    if (local != null) return local.put(path, bytes);
    byte[] present = get(path, Content.MAX_BYTES);
    if (present != null) return compare(path, present, bytes);
    try {
      if (OBJECT_STORES.contains(fs.getUri().getScheme())) createWhole(at(path), bytes);
      else renameInto(at(path), bytes);
      return PutResult.STORED;
    } catch (IOException failure) {
      byte[] other = get(path, Content.MAX_BYTES);
      if (other == null) throw failure;
      return compare(path, other, bytes);
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    if (local != null) return local.list(prefix);
    List<String> paths = new ArrayList<String>();
    try {
      for (FileStatus status : fs.listStatus(at(prefix))) {
        String name = status.getPath().getName();
        if (status.isFile() && !name.startsWith(".")) paths.add(prefix + "/" + name);
      }
    } catch (FileNotFoundException absent) {
      return paths;
    }
    return paths;
  }

  @Override
  public boolean exists(String path) throws IOException {
    return local != null ? local.exists(path) : fs.exists(at(path));
  }

  private void createWhole(Path target, byte[] bytes) throws IOException {
    FSDataOutputStreamBuilder<?, ?> exclusive = fs.createFile(target);
    exclusive.create().recursive().overwrite(false).opt(CONDITIONAL, "true");
    try (OutputStream out = exclusive.build()) {
      out.write(bytes);
    }
  }

  private void renameInto(Path target, byte[] bytes) throws IOException {
    Path beside = new Path(target.getParent(), "." + UUID.randomUUID());
    try {
      try (OutputStream out = fs.create(beside, false)) {
        out.write(bytes);
      }
      if (!fs.rename(beside, target)) throw new IOException("the object could not be renamed into place: " + target.getName());
    } catch (IOException failure) {
      fs.delete(beside, false);
      throw failure;
    }
  }

  private static PutResult compare(String path, byte[] present, byte[] bytes) throws IOException {
    if (Content.isSame(path, present, bytes)) return PutResult.SAME;
    throw new StoreConflictException(path);
  }

  private Path at(String path) throws RefusedException {
    return new Path(root, StorePath.check(path));
  }
}
