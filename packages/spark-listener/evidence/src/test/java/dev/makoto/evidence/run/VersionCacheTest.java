package dev.makoto.evidence.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.digest.Manifest;
import dev.makoto.evidence.digest.ManifestEntry;
import dev.makoto.evidence.digest.Sha256;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run that makes many versions keeps as many of them in memory as it has files to spare for. */
class VersionCacheTest {
  private static Attested version(int files) throws RefusedException {
    List<ManifestEntry> entries = new ArrayList<>();
    for (int i = 0; i < files; i++) entries.add(new ManifestEntry("part-" + i, Sha256.hex("x"), 1));
    Attested version = new Attested();
    version.files = Manifest.of(entries);
    return version;
  }

  @Test
  void forgetsWhatWasNotUsedForLongestWhereVersionsGrow() throws Exception {
    VersionCache<Attested> cache = new VersionCache<>();
    Attested first = version(1000);
    cache.put("first", first, first);
    for (int i = 1; i <= 100; i++) {
      Attested next = version(20 * i);
      cache.put("version " + i, next, next);
      assertSame(first, cache.get("first"), "what is asked for stays");
      assertTrue(cache.files() <= VersionCache.MAX_FILES);
    }
    assertNull(cache.get("version 1"));
    assertEquals(2000, cache.get("version 100").files.size());
  }

  @Test
  void keepsTheLastVersionWhateverItsSize() throws Exception {
    VersionCache<Attested> cache = new VersionCache<>();
    Attested small = version(1);
    Attested huge = version(VersionCache.MAX_FILES + 1);
    cache.put("small", small, small);
    cache.put("huge", huge, huge);
    assertNull(cache.get("small"));
    assertSame(huge, cache.get("huge"));
    cache.put("huge", small, small);
    assertEquals(1, cache.files());
  }
}
