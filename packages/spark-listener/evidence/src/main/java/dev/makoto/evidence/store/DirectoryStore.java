package dev.makoto.evidence.store;

import dev.makoto.evidence.RefusedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A store in a directory of this machine, with any number of writers. */
public final class DirectoryStore implements Store {
  private static final int MAX_FOLDERS = 20000;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path root;
  private final Linking linking;
  /** Folders of this store that are there: every dataset has some of its own. */
  private final Set<String> folders = new HashSet<String>();
  /** What this store's temporaries begin with: drawn once, not for each object. */
  private final String writer = "." + Long.toHexString(RANDOM.nextLong()) + Long.toHexString(RANDOM.nextLong());
  private long written;
  private boolean links = true;

  public DirectoryStore(Path root) {
    this(root, Files::createLink);
  }

  DirectoryStore(Path root, Linking linking) {
    this.root = root;
    this.linking = linking;
  }

  /** How a file gets a second name. */
  interface Linking {
    void link(Path target, Path existing) throws IOException;
  }

  @Override
  public byte[] get(String path, long maxBytes) throws IOException {
    Path file = root.resolve(StorePath.check(path));
    try {
      if (Files.size(file) > maxBytes) throw new RefusedException("an object of more than " + maxBytes + " bytes");
      return Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      return null;
    }
  }

  /**
   * The bytes are written beside the target and then linked to it: link(2) fails where something is, so no reader sees half an object
   * and no writer replaces another's. A mount without links (of object stores and SMB mostly) is looked at first and then renamed in.
   *
   * @see "docs/decisions/0016-exclusive-creation-differs.md"
   */
  @Override
  public PutResult put(String path, byte[] bytes) throws IOException {
    Path target = root.resolve(StorePath.check(path));
    createFolder(path.substring(0, Math.max(path.lastIndexOf('/'), 0)));
    try {
      place(target, bytes);
      return PutResult.STORED;
    } catch (FileAlreadyExistsException present) {
      boolean readable = Files.size(target) <= Content.MAX_BYTES;
      if (readable && Content.isSame(path, Files.readAllBytes(target), bytes)) return PutResult.SAME;
      throw new StoreConflictException(path);
    } catch (NoSuchFileException folderGone) {
      folders.clear();
      throw folderGone;
    }
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    List<String> paths = new ArrayList<String>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(StorePath.check(prefix)))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(".") && Files.isRegularFile(entry)) paths.add(prefix + "/" + name);
      }
    } catch (NoSuchFileException | NotDirectoryException absent) {
      return paths;
    }
    return paths;
  }

  @Override
  public boolean exists(String path) throws IOException {
    return Files.exists(root.resolve(StorePath.check(path)));
  }

  private void place(Path target, byte[] bytes) throws IOException {
    Path beside = target.resolveSibling(writer + "-" + written++);
    try {
      Files.write(beside, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (links) link(target, beside);
      else Files.move(beside, target);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private void link(Path target, Path beside) throws IOException {
    try {
      linking.link(target, beside);
    } catch (FileAlreadyExistsException | NoSuchFileException | AccessDeniedException refused) {
      throw refused;
    } catch (FileSystemException | UnsupportedOperationException failed) {
      // EPERM, ENOTSUP or ENOSYS, which Java does not tell from a full disk: a mount without links still takes a rename.
      Files.move(beside, target);
      links = false;
    }
  }

  private void createFolder(String folder) throws IOException {
    if (folders.contains(folder)) return;
    Files.createDirectories(root.resolve(folder));
    if (folders.size() >= MAX_FOLDERS) folders.clear();
    folders.add(folder);
  }
}
