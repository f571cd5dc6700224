package dev.makoto.hadoop;

import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Data on any file system that Hadoop knows. */
public final class HadoopDataFiles implements DataFiles {
  private final Configuration conf;

  public HadoopDataFiles(Configuration conf) {
    this.conf = conf;
  }

  @Override
  public void visitBelow(String rootUri, Visitor visitor) throws IOException {
    Path root = new Path(rootUri);
    FileSystem fs = root.getFileSystem(conf);
    String folder = fs.makeQualified(root).toUri().getPath();
    String prefix = folder.endsWith("/") ? folder : folder + "/";
    if ("file".equals(fs.getUri().getScheme())) {
      walk(fs, root, prefix, visitor);
      return;
    }
    // One request for many directories, where an object store can answer it.
    RemoteIterator<LocatedFileStatus> found = fs.listFiles(root, true);
    boolean more = true;
    while (more && found.hasNext()) more = visitor.visit(describeBelow(prefix, found.next()));
  }

  /**
   * A local file with a location has an owner and permissions too, and without Hadoop's native library each of those
   * is a process of its own, {@code ls}: two thirds of what 300 small executions cost the agent.
   */
  private static boolean walk(FileSystem fs, Path directory, String prefix, Visitor visitor) throws IOException {
    for (FileStatus status : fs.listStatus(directory)) {
      boolean more = status.isDirectory() ? walk(fs, status.getPath(), prefix, visitor) : visitor.visit(describeBelow(prefix, status));
      if (!more) return false;
    }
    return true;
  }

  @Override
  public void visitIn(String folderUri, Visitor visitor) throws IOException {
    Path folder = new Path(folderUri);
    FileSystem fs = folder.getFileSystem(conf);
    File local = fs instanceof LocalFileSystem ? ((LocalFileSystem) fs).pathToFile(folder) : null;
    if (local != null && local.isDirectory() && isNameable(local)) {
      visitLocal(fs, folder, local.toPath(), visitor);
      return;
    }
    RemoteIterator<FileStatus> found = fs.listStatusIterator(folder);
    boolean more = true;
    while (more && found.hasNext()) {
      FileStatus status = found.next();
      more = visitor.visit(describe(status, status.getPath().getName()));
    }
  }

  /** A Java of another character set cannot say every name that there is. */
  private static boolean isNameable(File file) {
    try {
      file.toPath();
      return true;
    } catch (InvalidPathException unnameable) {
      return false;
    }
  }

  /** Name by name: Hadoop's own listing has the whole folder in memory before it shows the first. */
  private static void visitLocal(FileSystem fs, Path folder, java.nio.file.Path local, Visitor visitor) throws IOException {
    try (DirectoryStream<java.nio.file.Path> found = Files.newDirectoryStream(local)) {
      for (java.nio.file.Path entry : found) {
        String name = entry.getFileName().toString();
        if (ChecksumFileSystem.isChecksumFile(new Path(null, null, name))) continue;
        FileStatus status = statusOf(fs, new Path(folder, new Path(null, null, name)));
        if (status != null && !visitor.visit(describe(status, name))) return;
      }
    } catch (DirectoryIteratorException unreadable) {
      throw unreadable.getCause();
    }
  }

  /** Null where there is nothing. */
  private static FileStatus statusOf(FileSystem fs, Path path) throws IOException {
    try {
      return fs.getFileStatus(path);
    } catch (FileNotFoundException absent) {
      return null;
    }
  }

  @Override
  public DataFile stat(String uri) throws IOException {
    Path path = new Path(uri);
    FileStatus status = statusOf(path.getFileSystem(conf), path);
    return status == null ? null : describe(status, path.getName());
  }

  @Override
  public InputStream open(String uri) throws IOException {
    Path path = new Path(uri);
    return path.getFileSystem(conf).open(path);
  }

  private static DataFile describeBelow(String prefix, FileStatus status) {
    String path = status.getPath().toUri().getPath();
    return describe(status, path.startsWith(prefix) ? path.substring(prefix.length()) : status.getPath().getName());
  }

  private static DataFile describe(FileStatus status, String path) {
    return new DataFile(status.getPath().toString(), path, status.getLen(), status.getModificationTime(), status.isDirectory());
  }
}
