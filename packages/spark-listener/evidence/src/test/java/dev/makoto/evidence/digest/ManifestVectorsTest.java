package dev.makoto.evidence.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.Repository;
import dev.makoto.evidence.json.JsonObject;
import dev.makoto.evidence.json.Utf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** FORMATS §1, from the vectors that all languages run. */
class ManifestVectorsTest {
  private static List<JsonObject> rows(String list) throws IOException {
    return Repository.rows(Repository.fixtureObject("manifest.json").list(list));
  }

  @TestFactory
  Stream<DynamicTest> digestsSetsOfFiles() throws IOException {
    return Repository.tests(rows("sets"), row -> assertDigests(row, entriesOf(row)));
  }

  @TestFactory
  Stream<DynamicTest> leavesOutOfADirectoryWhatIsNoData() throws IOException {
    return Repository.tests(rows("directories"), row -> {
      List<ManifestEntry> all = entriesOf(row);
      List<ManifestEntry> data = new ArrayList<>(all);
      data.removeIf(file -> !DirectoryRule.isData(file.path));
      assertEquals(row.get("leftOut"), (long) (all.size() - data.size()));
      assertDigests(row, data);
    });
  }

  @TestFactory
  Stream<DynamicTest> readsBackWhatItWrote() throws IOException {
    return Repository.tests(rows("sets"), row -> {
      Manifest parsed = Manifest.parse(row.string("manifest").getBytes(StandardCharsets.UTF_8));
      assertEquals(row.string("sha256"), parsed.sha256());
    });
  }

  @TestFactory
  Stream<DynamicTest> refusesPaths() throws IOException {
    return Repository.tests(rows("refusedPaths"), row -> assertThrows(RefusedException.class, () -> ManifestPath.check(pathOf(row))));
  }

  @TestFactory
  Stream<DynamicTest> refusesManifests() throws IOException {
    return Repository.tests(rows("refusedManifests"), row -> assertThrows(RefusedException.class, () -> Manifest.parse(bytesOf(row))));
  }

  private static void assertDigests(JsonObject row, List<ManifestEntry> files) throws RefusedException {
    Manifest manifest = Manifest.of(files);
    assertEquals(row.string("manifest"), new String(manifest.render(), StandardCharsets.UTF_8));
    assertEquals(row.string("sha256"), manifest.sha256());
    assertEquals(row.string("merkleRoot"), manifest.merkleRoot());
  }

  private static List<ManifestEntry> entriesOf(JsonObject row) throws IOException {
    List<ManifestEntry> entries = new ArrayList<>();
    for (JsonObject file : Repository.rows(row.list("files"))) {
      byte[] content = file.string("base64") != null
          ? Base64.getDecoder().decode(file.string("base64"))
          : assertText(file).getBytes(StandardCharsets.UTF_8);
      entries.add(new ManifestEntry(file.string("path"), Sha256.hex(content), content.length));
    }
    return entries;
  }

  private static String assertText(JsonObject file) {
    assertNotNull(file.string("text"), "a file of the fixture has neither text nor base64");
    return file.string("text");
  }

  private static String pathOf(JsonObject row) throws RefusedException {
    return row.string("base64") == null ? row.string("path") : Utf8.decode(Base64.getDecoder().decode(row.string("base64")));
  }

  private static byte[] bytesOf(JsonObject row) {
    return row.string("base64") == null
        ? row.string("manifest").getBytes(StandardCharsets.UTF_8)
        : Base64.getDecoder().decode(row.string("base64"));
  }
}
