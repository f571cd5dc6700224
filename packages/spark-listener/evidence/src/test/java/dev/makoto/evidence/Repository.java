package dev.makoto.evidence;

import dev.makoto.evidence.json.Json;
import dev.makoto.evidence.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Where the fixtures lie that all languages run, and the corpora where they are present. */
public final class Repository {
  private Repository() {}

  public static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("fixtures")) && Files.exists(folder.resolve("pnpm-workspace.yaml"))) return folder;
    }
    throw new IllegalStateException("not inside the repository");
  }

  /** Null where there is none. */
  public static Path corpus(String name) {
    String named = System.getenv("MAKOTO_CORPORA");
    Path corpora = named == null ? root().resolve("../shared/corpora").normalize() : Path.of(named);
    return Files.isDirectory(corpora.resolve(name)) ? corpora.resolve(name) : null;
  }

  public static Object fixture(String name) throws IOException {
    return Json.parse(Files.readAllBytes(root().resolve("fixtures").resolve(name)), 64 << 20, Json.MAX_DEPTH);
  }

  public static JsonObject fixtureObject(String name) throws IOException {
    return (JsonObject) fixture(name);
  }

  public static List<JsonObject> rows(Object list) {
    return ((List<?>) list).stream().map(JsonObject.class::cast).toList();
  }

  /** One test a row, named for why the row is there. */
  public static Stream<DynamicTest> tests(List<JsonObject> rows, Throwing<JsonObject> test) {
    if (rows.isEmpty()) throw new IllegalStateException("a fixture without rows");
    return rows.stream().map(row -> DynamicTest.dynamicTest(titleOf(row), () -> test.accept(row)));
  }

  private static String titleOf(JsonObject row) {
    String title = row.string("why") == null ? row.string("name") : row.string("why");
    return title == null ? String.valueOf(row.fields().values().iterator().next()) : title;
  }

  public interface Throwing<T> {
    void accept(T value) throws Exception;
  }
}
