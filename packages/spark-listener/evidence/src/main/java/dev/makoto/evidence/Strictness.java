package dev.makoto.evidence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** Whether a run that can't be attested must not start: this can be asked where another setting makes no sense. @see FORMATS §6 */
public final class Strictness {
  private static final String KEY = "on-failure";

  private Strictness() {}

  /** @param administrators the highest in rank first; what they say of other keys plays no part */
  public static boolean isDemanded(Map<String, String> settings, List<Properties> administrators) {
    Map<String, String> asked = new HashMap<String, String>();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      if (isMeant(setting.getKey())) asked.put(setting.getKey(), setting.getValue());
    }
    List<Properties> houses = new ArrayList<Properties>();
    for (Properties administrator : administrators) houses.add(ofFailureOnly(administrator));
    try {
      return Configuration.under(asked, houses).onFailure == Configuration.OnFailure.FAIL;
    } catch (ConfigurationException senseless) {
      return false;
    }
  }

  private static Properties ofFailureOnly(Properties administrator) {
    Properties house = new Properties();
    for (String key : administrator.stringPropertyNames()) {
      if (isMeant(key)) house.setProperty(key, administrator.getProperty(key));
    }
    for (String locked : administrator.getProperty("locked", "").split(",")) {
      if (isMeant(locked.trim())) house.setProperty("locked", KEY);
    }
    return house;
  }

  /** A misspelt name would be refused with all the others, and nothing demanded. */
  private static boolean isMeant(String name) {
    return name.equals(KEY) || name.equals("makoto." + KEY) || name.equals("spark.makoto." + KEY);
  }
}
