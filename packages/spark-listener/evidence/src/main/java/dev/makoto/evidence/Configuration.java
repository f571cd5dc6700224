package dev.makoto.evidence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/** Settings of the agent, parsed once. What cannot be understood is refused by the key's name. @see FORMATS §6 */
public final class Configuration {
  private static final String LOCKED = "locked";
  /** What the agent says to itself, through the job's settings. */
  private static final String INTERNAL = "internal.";

  public enum Inputs { REFERENCE, RECORD, NONE }

  public enum Outputs { WRITE, COMMIT, NONE }

  public enum Stages { ALL, IO, NONE }

  public enum OnFailure { WARN, FAIL }

  /** {@code level}: 1 (unsigned), 2, or 3. */
  public final int level;
  /** {@code signing.key}: a key URI, or null. */
  public final String signingKey;
  /** {@code signing.password-file}: holds the password of an encrypted key, or Vault's token; or null. */
  public final String signingPasswordFile;
  /** {@code dbom.sink}: the store's URI, or null: then there is nothing to attest into. */
  public final String sink;
  /** {@code trust.keys}: files of public keys under which earlier attestations count, beside our own. */
  public final List<String> trustKeys;
  /** {@code timestamp.url}: timestamp authorities, the preferred one first; empty where there is none. */
  public final List<String> timestampUrls;
  /** {@code timestamp}: whether a statement waits for its timestamp. */
  public final boolean timestampRequired;
  /** {@code registry.url}, or null. */
  public final String registryUrl;
  public final Inputs digestInputs;
  public final Outputs digestOutputs;
  /** {@code budget}: milliseconds an execution's inputs may be hashed for. */
  public final long budgetMillis;
  /** {@code budget}: bytes of an execution's inputs that may be hashed. */
  public final long budgetBytes;
  public final Stages stages;
  /** {@code tenant}, or null. */
  public final String tenant;
  public final OnFailure onFailure;
  /** {@code spool.dir}, or null for the default. */
  public final String spoolDir;
  /** {@code timeout}: milliseconds that the end of a run may take. */
  public final long timeoutMillis;

  /** What the job set that is no setting, each with what may have been meant. */
  public final List<String> unknown;

  private final Map<String, String> effective;

  private Configuration(Map<String, String> effective, List<String> unknown) throws ConfigurationException {
    this.effective = effective;
    this.unknown = Collections.unmodifiableList(unknown);
    this.level = Integer.parseInt(oneOf("level", "2", "1", "2", "3"));
    this.signingKey = effective.get("signing.key");
    this.signingPasswordFile = effective.get("signing.password-file");
    this.sink = effective.get("dbom.sink");
    this.trustKeys = Collections.unmodifiableList(list("trust.keys"));
    this.timestampUrls = Collections.unmodifiableList(list("timestamp.url"));
    for (String url : timestampUrls) checkHttpUrl("timestamp.url", url);
    this.timestampRequired = oneOf("timestamp", "best-effort", "best-effort", "required").equals("required");
    if (timestampRequired && timestampUrls.isEmpty()) throw new ConfigurationException("timestamp", "is required, and timestamp.url names no authority");
    this.registryUrl = effective.get("registry.url");
    if (registryUrl != null) checkHttpUrl("registry.url", registryUrl);
    this.digestInputs = Inputs.valueOf(upper(oneOf("digest.inputs", "record", "reference", "record", "none")));
    this.digestOutputs = Outputs.valueOf(upper(oneOf("digest.outputs", "write", "write", "commit", "none")));
    long millis = 5 * 60 * 1000L;
    long bytes = 64L << 30;
    for (String part : list("budget")) {
      if (Quantity.isDuration(part)) millis = quantity("budget", part);
      else bytes = quantity("budget", part);
    }
    this.budgetMillis = millis;
    this.budgetBytes = bytes;
    this.stages = Stages.valueOf(upper(oneOf("stages", "all", "all", "io", "none")));
    this.tenant = effective.get("tenant");
    this.onFailure = OnFailure.valueOf(upper(oneOf("on-failure", "warn", "warn", "fail")));
    this.spoolDir = effective.get("spool.dir");
    this.timeoutMillis = quantity("timeout", effective.containsKey("timeout") ? effective.get("timeout") : "30s");
    oneOf("rows", "off", "off", "muhash");
  }

  /** As {@link #under}, with one administrator's file, or null. */
  public static Configuration of(Map<String, String> settings, Properties administrator) throws ConfigurationException {
    return under(settings, administrator == null ? Collections.<Properties>emptyList() : Collections.singletonList(administrator));
  }

  /**
   * @param settings keys with or without {@code spark.} before {@code makoto.}; others are ignored
   * @param administrators files, the highest in rank first: keys that its {@code locked} lists win over the other files and the
   *     settings, the others are defaults under theirs
   * @throws ConfigurationException also for a name in such a file that no setting has: it would lock, or set, nothing
   */
  public static Configuration under(Map<String, String> settings, List<Properties> administrators) throws ConfigurationException {
    Map<String, String> merged = new HashMap<String, String>();
    List<Map<String, String>> houses = new ArrayList<Map<String, String>>();
    for (Properties administrator : administrators) houses.add(houseOf(administrator));
    for (Map<String, String> house : houses) merged.putAll(house);
    List<String> unknown = new ArrayList<String>();
    for (String prefix : new String[] {"makoto.", "spark.makoto."}) {
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        if (!setting.getKey().startsWith(prefix)) continue;
        String name = setting.getKey().substring(prefix.length());
        if (SettingNames.isKnown(name)) merged.put(name, setting.getValue().trim());
        else if (!name.startsWith(INTERNAL)) unknown.add(setting.getKey() + ": " + SettingNames.correct(name));
      }
    }
    Collections.sort(unknown);
    merged.remove(LOCKED);
    Collections.reverse(houses);
    for (Map<String, String> house : houses) lock(merged, house);
    for (Iterator<String> values = merged.values().iterator(); values.hasNext(); ) {
      if (values.next().isEmpty()) values.remove();
    }
    return new Configuration(merged, unknown);
  }

  private static Map<String, String> houseOf(Properties administrator) throws ConfigurationException {
    Map<String, String> house = new HashMap<String, String>();
    for (String name : administrator.stringPropertyNames()) house.put(bareKey(name), administrator.getProperty(name).trim());
    for (String name : house.keySet()) {
      if (!name.equals(LOCKED) && !SettingNames.isKnown(name)) throw unknown(name, "stands in an administrator's file", name);
    }
    for (String locked : split(house.get(LOCKED))) {
      if (!SettingNames.isKnown(bareKey(locked))) throw unknown(LOCKED, "names " + locked + " in an administrator's file", bareKey(locked));
    }
    return house;
  }

  private static ConfigurationException unknown(String key, String where, String name) {
    return new ConfigurationException(key, where + " and is no setting of the agent; " + SettingNames.correct(name));
  }

  private static void lock(Map<String, String> merged, Map<String, String> house) {
    for (String locked : split(house.get(LOCKED))) {
      String key = bareKey(locked);
      if (house.containsKey(key)) merged.put(key, house.get(key));
      else merged.remove(key);
    }
  }

  /** The value of a key that this class has no field for, or null. */
  public String get(String key) {
    return effective.get(key);
  }

  private static String bareKey(String name) {
    String key = name.trim();
    if (key.startsWith("spark.")) key = key.substring("spark.".length());
    return key.startsWith("makoto.") ? key.substring("makoto.".length()) : key;
  }

  private String oneOf(String key, String fallback, String... allowed) throws ConfigurationException {
    String value = effective.containsKey(key) ? effective.get(key).toLowerCase(Locale.ROOT) : fallback;
    for (String word : allowed) if (word.equals(value)) return value;
    throw new ConfigurationException(key, "must be one of " + String.join(", ", allowed));
  }

  private List<String> list(String key) {
    return split(effective.get(key));
  }

  private static List<String> split(String value) {
    List<String> parts = new ArrayList<String>();
    if (value == null) return parts;
    for (String part : value.split(",")) if (!part.trim().isEmpty()) parts.add(part.trim());
    return parts;
  }

  private static long quantity(String key, String text) throws ConfigurationException {
    try {
      return Quantity.parse(text);
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new ConfigurationException(key, "must be a time like 90s or 5m, or a size like 512mb or 64gb", wrong);
    }
  }

  private static void checkHttpUrl(String key, String value) throws ConfigurationException {
    if (value.startsWith("http://") || value.startsWith("https://")) return;
    throw new ConfigurationException(key, "must begin with http:// or https://");
  }

  private static String upper(String word) {
    return word.toUpperCase(Locale.ROOT);
  }
}
