package dev.makoto.evidence.digest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The line of FORMATS §1 that anybody can type, run by the shell. */
public final class Coreutils {
  private static final String LINE =
      "find . -mindepth 1 \\( -name '.*' -o -name '_*' ! -name '*=*' -o -name '*._COPYING_' \\) -prune -o -type f -printf '%P\\n'"
          + " | LC_ALL=C sort | xargs -r -d '\\n' sha256sum -- | sha256sum";

  private Coreutils() {}

  /** The digest of a directory. */
  public static String sumOf(Path directory) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("/bin/sh", "-c", LINE).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) throw new IOException(output);
    return output.split(" ")[0];
  }
}
