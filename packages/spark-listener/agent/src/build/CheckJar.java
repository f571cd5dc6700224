import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Refuses an agent's JAR that carries what it must not: `java CheckJar.java agent.jar 8`.
 *
 * A foreign class on the class path of every job, a class that the oldest supported Java can't load, or a JAR that takes long to ship
 * to executors would each break somebody's job.
 */
final class CheckJar {
  private static final long MAX_BYTES = 1 << 20;
  private static final List<String> OURS = List.of("dev/makoto/", "org/apache/spark/sql/makoto/");
  private static final List<String> NEEDED = List.of(
      "dev/makoto/AttestationListener.class",
      "dev/makoto/MakotoPlugin.class",
      "dev/makoto/makoto-spark.properties",
      "dev/makoto/evidence/run/Run.class",
      "dev/makoto/hadoop/HashingFileSystem.class");
  private static final int CLASS_VERSION_OF_JAVA_1 = 44;

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    int level = Integer.parseInt(arguments[1]);
    List<String> faults = new ArrayList<>();
    if (Files.size(jar) > MAX_BYTES) faults.add("is larger than 1 MB: " + Files.size(jar) + " bytes");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (String needed : NEEDED) if (zip.getEntry(needed) == null) faults.add("lacks " + needed);
      for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
        if (!entry.isDirectory()) check(zip, entry, level, faults);
      }
    }
    for (String fault : faults) System.err.println(jar.getFileName() + " " + fault);
    if (!faults.isEmpty()) System.exit(1);
  }

  private static void check(ZipFile zip, ZipEntry entry, int level, List<String> faults) throws IOException {
    String name = entry.getName();
    if (!name.equals("META-INF/MANIFEST.MF") && OURS.stream().noneMatch(name::startsWith)) faults.add("carries " + name);
    if (!name.endsWith(".class")) return;
    try (InputStream in = zip.getInputStream(entry); DataInputStream data = new DataInputStream(in)) {
      data.skipBytes(6);
      int javaVersion = data.readUnsignedShort() - CLASS_VERSION_OF_JAVA_1;
      if (javaVersion > level) faults.add("has " + name + " for Java " + javaVersion + ", and must run on " + level);
    }
  }
}
