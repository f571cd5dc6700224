package dev.makoto.evidence.run;

import dev.makoto.evidence.facts.DataFile;
import dev.makoto.evidence.facts.DataFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Data in a directory of this machine; counts how often a file was opened, and looked at. */
final class LocalData implements DataFiles {
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger asked = new AtomicInteger();

  static Path pathOf(String uri) {
    return Path.of(uri.replaceFirst("^file:/+", "/"));
  }

  @Override
  public List<DataFile> list(String rootUri) throws IOException {
    asked.incrementAndGet();
    Path root = pathOf(rootUri);
    if (!Files.exists(root)) throw new FileNotFoundException(rootUri);
    List<DataFile> files = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) files.add(describe(file, root.relativize(file).toString()));
    }
    return files;
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
