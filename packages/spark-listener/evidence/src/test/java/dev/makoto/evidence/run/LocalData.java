package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Data in a directory of this machine; counts how often a file was opened, looked at, and shown in a listing. */
final class LocalData implements DataFiles {
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger asked = new AtomicInteger();
  final AtomicInteger shown = new AtomicInteger();

  static Path pathOf(String uri) {
    return Path.of(uri.replaceFirst("^file:/+", "/"));
  }

  @Override
  public void visitBelow(String rootUri, Visitor visitor) throws IOException {
    visit(rootUri, Integer.MAX_VALUE, visitor);
  }

  @Override
  public void visitIn(String folderUri, Visitor visitor) throws IOException {
    visit(folderUri, 1, visitor);
  }

  private void visit(String uri, int depth, Visitor visitor) throws IOException {
    asked.incrementAndGet();
    Path root = pathOf(uri);
    if (!Files.exists(root)) throw new FileNotFoundException(uri);
    try (Stream<Path> walk = Files.walk(root, depth)) {
      for (Path file : walk.filter(file -> Files.isRegularFile(file) || depth == 1 && !file.equals(root)).toList()) {
        shown.incrementAndGet();
        if (!visitor.visit(describe(file, root.relativize(file).toString()))) return;
      }
    }
  }

  @Override
  public DataFile stat(String uri) throws IOException {
    asked.incrementAndGet();
    Path file = pathOf(uri);
    return Files.exists(file) ? describe(file, file.getFileName().toString()) : null;
  }

  @Override
  public InputStream open(String uri) throws IOException {
    opened.incrementAndGet();
    return Files.newInputStream(pathOf(uri));
  }

  private static DataFile describe(Path file, String path) throws IOException {
    return new DataFile("file:" + file, path, Files.size(file), Files.getLastModifiedTime(file).toMillis(), Files.isDirectory(file));
  }
}
