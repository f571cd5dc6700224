package dev.makoto.hadoop;

import dev.makoto.evidence.digest.FileDigest;
import java.io.IOException;
import java.util.EnumSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.Options.ChecksumOpt;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A file system that hashes what is written through it: {@code makoto+s3a://bucket/x} writes {@code s3a://bucket/x}.
 *
 * <p>A file has a digest once its stream was closed without an error, and only as long as nothing was appended to it, cut from it or
 * written over it through here. Digests wait for {@link #take} in this JVM, under the file's real path: it is the one thing that the
 * task that wrote and the commit protocol that asks have in common.
 */
public final class HashingFileSystem extends RealPathFileSystem {
  /** Digests that nobody took belong to attempts that died; beyond this many all are dropped, and their files count as unhashed. */
  private static final int MAX_WAITING = 100000;

  private static final ConcurrentHashMap<String, FileDigest> WAITING = new ConcurrentHashMap<String, FileDigest>();

  /**
   * Whether what is written to {@code real} may pass through here. A file system that must not be cached is made anew for each
   * configuration, with its own credentials; ours would go on serving the first one's.
   */
  public static boolean serves(Path real, Configuration conf) {
    return !conf.getBoolean("fs." + real.toUri().getScheme() + ".impl.disable.cache", false);
  }

  /**
   * The path to write to so that {@code real} is written and hashed; {@code conf} learns the scheme.
   *
   * @throws LinkageError where this Hadoop lacks an interface of ours: here the caller can still write without us, in the writer's hands
   *     it would be the task's failure
   */
  public static Path wrap(Path real, Configuration conf) {
    link(HashingStream.class);
    link(HashingOutputBuilder.class);
    Path hashing = HashingPath.hashing(real);
    String key = "fs." + hashing.toUri().getScheme() + ".impl";
    if (conf.get(key) == null) conf.set(key, HashingFileSystem.class.getName());
    return hashing;
  }

  /** Makes the file system that writes to {@code wrapped}, or brings the cached one up to date. */
  public static void open(Path wrapped, Configuration conf) throws IOException {
    ((HashingFileSystem) wrapped.getFileSystem(conf)).renew(conf);
  }

  private static void link(Class<?> ours) {
    try {
      Class.forName(ours.getName(), true, ours.getClassLoader());
    } catch (ClassNotFoundException missing) {
      throw new NoClassDefFoundError(missing.getMessage());
    }
  }

  /** The digest of the file at this path, real or wrapped, once; null where there is none. */
  public static FileDigest take(Path path) {
    return WAITING.remove(keyOf(path));
  }

  /** Drops the digest of a file that will not be committed. */
  public static void forget(Path path) {
    WAITING.remove(keyOf(path));
  }

  static void keep(Path path, FileDigest digest) {
    if (WAITING.size() >= MAX_WAITING) WAITING.clear();
    WAITING.put(keyOf(path), digest);
  }

  private static String keyOf(Path path) {
    return real(path).toString();
  }

  @Override
  public FSDataOutputStream create(
      Path path, FsPermission permission, boolean overwrite, int bufferSize, short replication, long blockSize, Progressable progress)
      throws IOException {
    return hashed(path, fs.create(real(path), permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress,
      ChecksumOpt checksum)
      throws IOException {
    FSDataOutputStream stream = fs.create(real(path), permission, flags, bufferSize, replication, blockSize, progress, checksum);
    return hashedUnlessAppending(path, stream, flags);
  }

  @Override
  public FSDataOutputStream createNonRecursive(
      Path path,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    FSDataOutputStream stream = fs.createNonRecursive(real(path), permission, flags, bufferSize, replication, blockSize, progress);
    return hashedUnlessAppending(path, stream, flags);
  }

  /** The inherited method would hand out the real file system's builder, whose stream nobody hashes. */
  @Override
  @SuppressWarnings("rawtypes")
  public FSDataOutputStreamBuilder createFile(Path path) {
    return new HashingOutputBuilder(this, path, fs.createFile(real(path)));
  }

  @Override
  @SuppressWarnings("rawtypes")
  public FSDataOutputStreamBuilder appendFile(Path path) {
    forget(path);
    return super.appendFile(path);
  }

  /** Appending is passed through: the bytes that are there already were not seen. */
  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) throws IOException {
    forget(path);
    return super.append(path, bufferSize, progress);
  }

  @Override
  public boolean truncate(Path path, long length) throws IOException {
    forget(path);
    return super.truncate(path, length);
  }

  @Override
  public void concat(Path target, Path[] sources) throws IOException {
    forget(target);
    super.concat(target, sources);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    forget(path);
    return super.delete(path, recursive);
  }

  /** A file that is renamed through here keeps its digest under the new name. */
  @Override
  public boolean rename(Path from, Path to) throws IOException {
    FileDigest digest = take(from);
    forget(to);
    boolean renamed = super.rename(from, to);
    if (digest != null) keep(renamed ? to : from, digest);
    return renamed;
  }

  FSDataOutputStream hashedUnlessAppending(Path path, FSDataOutputStream stream, EnumSet<CreateFlag> flags) throws IOException {
    if (!flags.contains(CreateFlag.APPEND)) return hashed(path, stream);
    forget(path);
    return stream;
  }

  private static FSDataOutputStream hashed(Path path, FSDataOutputStream stream) throws IOException {
    forget(path);
    return new FSDataOutputStream(new HashingStream(stream, real(path)), null, stream.getPos());
  }
}
