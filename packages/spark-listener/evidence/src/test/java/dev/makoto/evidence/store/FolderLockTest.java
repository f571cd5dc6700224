package dev.makoto.evidence.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.makoto.evidence.Log;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One holder a folder, whichever process it is of. */
class FolderLockTest {
  @TempDir Path folder;

  @Test
  void isGivenAgainWhenItIsLetGo() throws Exception {
    try (FolderLock held = FolderLock.take(folder)) {
      assertNotNull(held);
      assertNull(FolderLock.take(folder.resolve("../" + folder.getFileName())));
    }
    try (FolderLock again = FolderLock.take(folder)) {
      assertNotNull(again);
    }
  }

  @Test
  void staysWithALivingRunWhenAnotherOfThisProcessLooksForLeftovers() throws Exception {
    try (FolderLock held = FolderLock.take(folder)) {
      assertNull(Leftover.open(folder, Log.SILENT));
      assertEquals(1, lockFromAnotherProcess());
    }
    assertEquals(0, lockFromAnotherProcess());
  }

  /** POSIX's kind of lock, which is Java's; the exit code is 1 where somebody has it. */
  private int lockFromAnotherProcess() throws Exception {
    String script = "import fcntl, sys\n"
        + "try: fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)\n"
        + "except BlockingIOError: sys.exit(1)\n";
    return new ProcessBuilder("python3", "-c", script, folder.resolve(Spool.LOCK).toString()).inheritIO().start().waitFor();
  }
}
