package dev.makoto.evidence;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Files that user code in this JVM can't change; their {@code locked} keys win. @see FORMATS §6 */
public final class AdministratorFiles {
  private static final String NAME = "makoto.properties";

  private final List<File> present = new ArrayList<File>();

  private AdministratorFiles(File machine, String sparkConfDir) {
    addIfPresent(new File(new File(machine, "makoto"), NAME));
    if (sparkConfDir != null) addIfPresent(new File(sparkConfDir, NAME));
  }

  public static AdministratorFiles ofMachine() {
    return in(new File("/etc"), System.getenv("SPARK_CONF_DIR"));
  }

  /**
   * The machine's file ranks first: in client mode {@code SPARK_CONF_DIR} is whatever the one who submits says.
   *
   * @param sparkConfDir null where there is none
   */
  public static AdministratorFiles in(File machine, String sparkConfDir) {
    return new AdministratorFiles(machine, sparkConfDir);
  }

  /** @throws ConfigurationException where one can't be read: nobody knows then what it allows */
  public List<Properties> read() throws ConfigurationException {
    List<Properties> all = new ArrayList<Properties>();
    for (File file : present) all.add(read(file));
    return all;
  }

  /** A file that can't be read demands nothing that anybody could know. */
  public List<Properties> readable() {
    List<Properties> some = new ArrayList<Properties>();
    for (File file : present) {
      try {
        some.add(read(file));
      } catch (ConfigurationException unreadable) {
        continue;
      }
    }
    return some;
  }

  /** A file behind a folder that we may not enter is there. */
  private void addIfPresent(File place) {
    if (!Files.notExists(place.toPath())) present.add(place);
  }

  private static Properties read(File file) throws ConfigurationException {
    Properties properties = new Properties();
    try (InputStream in = new FileInputStream(file)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException cause) {
      throw new ConfigurationException("properties", "the administrator's file can't be read: " + file, cause);
    }
    return properties;
  }
}
