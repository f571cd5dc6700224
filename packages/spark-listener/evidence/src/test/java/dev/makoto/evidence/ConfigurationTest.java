package dev.makoto.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  @Test
  void readsKeysWithAndWithoutSpark() throws ConfigurationException {
    Configuration configuration = Configuration.of(
        Map.of("spark.makoto.dbom.sink", "s3a://lake/dbom", "makoto.level", "1", "spark.app.name", "x", "makoto.budget", "90s, 2gb"), null);
    assertEquals("s3a://lake/dbom", configuration.sink);
    assertEquals(1, configuration.level);
    assertEquals(90000, configuration.budgetMillis);
    assertEquals(2L << 30, configuration.budgetBytes);
    assertEquals(Configuration.Inputs.RECORD, configuration.digestInputs);
  }

  @Test
  void readsSeveralAuthoritiesInTheirOrder() throws ConfigurationException {
    Configuration configuration = Configuration.of(Map.of("makoto.timestamp.url", "https://b.example, http://a.example", "makoto.timestamp", "required"), null);
    assertEquals(List.of("https://b.example", "http://a.example"), configuration.timestampUrls);
    assertEquals(true, configuration.timestampRequired);
  }

  @Test
  void prefersTheKeyWithSparkOverTheOneWithout() throws ConfigurationException {
    assertEquals("b", Configuration.of(Map.of("makoto.dbom.sink", "a", "spark.makoto.dbom.sink", "b"), null).sink);
  }

  @Test
  void letsTheAdministratorLockKeys() throws ConfigurationException {
    Properties house = new Properties();
    house.setProperty("makoto.dbom.sink", "s3a://audit/dbom");
    house.setProperty("spark.makoto.stages", "none");
    house.setProperty("locked", "dbom.sink, timestamp.url");
    Configuration configuration = Configuration.of(
        Map.of("makoto.dbom.sink", "file:/elsewhere", "makoto.stages", "io", "makoto.timestamp.url", "http://mine"), house);
    assertEquals("s3a://audit/dbom", configuration.sink);
    assertEquals(Configuration.Stages.IO, configuration.stages);
    assertEquals(List.of(), configuration.timestampUrls, "locked without a value: nobody sets it");
  }

  @Test
  void doesNotLetAJobUnlockAKey() throws ConfigurationException {
    Properties house = new Properties();
    house.setProperty("dbom.sink", "s3a://audit/dbom");
    house.setProperty("locked", "dbom.sink");
    assertEquals("s3a://audit/dbom", Configuration.of(Map.of("makoto.locked", "", "makoto.dbom.sink", "file:/x"), house).sink);
  }

  @Test
  void ranksOneAdministratorsFileOverAnother() throws ConfigurationException {
    Properties machine = new Properties();
    machine.setProperty("spark.makoto.dbom.sink", "s3a://audit/dbom");
    machine.setProperty("stages", "io");
    machine.setProperty("locked", "dbom.sink, timestamp.url");
    Properties cluster = new Properties();
    cluster.setProperty("makoto.dbom.sink", "file:/elsewhere");
    cluster.setProperty("makoto.timestamp.url", "http://mine");
    cluster.setProperty("stages", "none");
    cluster.setProperty("locked", "dbom.sink, stages, timestamp.url");
    Configuration configuration = Configuration.under(Map.of("makoto.stages", "all"), List.of(machine, cluster));
    assertEquals("s3a://audit/dbom", configuration.sink);
    assertEquals(List.of(), configuration.timestampUrls);
    assertEquals(Configuration.Stages.NONE, configuration.stages, "what the machine's file does not lock, the cluster's may");
  }

  @ParameterizedTest
  @CsvSource({
    "level,4", "level,two", "digest.inputs,some", "digest.outputs,record", "stages,few", "on-failure,explode",
    "budget,soon", "budget,999999999999999tb", "timeout,never", "timestamp.url,ftp://tsa", "timestamp,perhaps", "timestamp,required", "rows,all"
  })
  void refusesByTheKeysName(String key, String value) {
    ConfigurationException refused = assertThrows(ConfigurationException.class, () -> Configuration.of(Map.of("makoto." + key, value), null));
    assertEquals(key, refused.key);
  }

  @Test
  void refusesANameInAnAdministratorsFileThatLocksOrSetsNothing() {
    Properties locks = new Properties();
    locks.setProperty("signing.key", "file:/etc/makoto/spark.key");
    locks.setProperty("locked", "signing_key, dbom.sink");
    ConfigurationException refused = assertThrows(ConfigurationException.class, () -> Configuration.of(Map.of(), locks));
    assertEquals("locked", refused.key);
    assertTrue(refused.getMessage().contains("signing_key") && refused.getMessage().contains("did you mean signing.key?"), refused.getMessage());

    for (String key : List.of("digest.output", "spark.makoto.digest.output", "makoto.internal.job", "makoto.executor.memory")) {
      Properties sets = new Properties();
      sets.setProperty(key, "none");
      ConfigurationException unknown = assertThrows(ConfigurationException.class, () -> Configuration.of(Map.of(), sets));
      assertTrue(key.endsWith(unknown.key), unknown.key);
    }
  }

  @Test
  void looksAtEachAdministratorsFile() {
    Properties cluster = new Properties();
    cluster.setProperty("sink", "s3a://audit/dbom");
    ConfigurationException refused = assertThrows(ConfigurationException.class, () -> Configuration.under(Map.of(), List.of(new Properties(), cluster)));
    assertTrue(refused.getMessage().contains("did you mean dbom.sink?"), refused.getMessage());
  }

  @Test
  void saysWhichSettingsOfAJobHaveNoEffect() throws ConfigurationException {
    Configuration configuration = Configuration.of(
        Map.of("spark.makoto.digest.output", "none", "makoto.locked", "level", "spark.makoto.internal.job", "true", "spark.app.name", "x", "makoto.level", "1"), null);
    assertEquals(2, configuration.unknown.size(), configuration.unknown.toString());
    assertTrue(configuration.unknown.get(0).startsWith("makoto.locked: known are level, signing.key, "));
    assertEquals("spark.makoto.digest.output: did you mean digest.outputs?", configuration.unknown.get(1));
    assertEquals(Configuration.Outputs.WRITE, configuration.digestOutputs);
  }

  /** What {@code makoto spark conf} writes is read, and nothing else: a name that one of the two does not know attests less in silence. */
  @Test
  void knowsTheNamesThatTheGeneratorWrites() throws IOException {
    String options = Files.readString(Repository.root().resolve("packages/spark/src/options.ts"));
    Matcher keys = Pattern.compile("^  \\w+: '([a-z.-]+)',$", Pattern.MULTILINE).matcher(options.substring(options.indexOf("AGENT_KEYS")));
    assertEquals(SettingNames.ALL, keys.results().map(key -> key.group(1)).toList());
  }
}
