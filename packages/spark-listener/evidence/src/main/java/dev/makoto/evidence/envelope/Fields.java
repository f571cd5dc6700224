package dev.makoto.evidence.envelope;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.json.JsonObject;
import java.util.Arrays;

/** A closed set of fields: one that another verifier reads and we ignore would be a way around us. */
final class Fields {
  private Fields() {}

  static void allow(JsonObject object, String... names) throws RefusedException {
    for (String field : object.fields().keySet()) {
      if (!Arrays.asList(names).contains(field)) throw new RefusedException("an unknown field in the envelope");
    }
  }

  static String text(JsonObject object, String name) throws RefusedException {
    String text = object.string(name);
    if (text == null || text.isEmpty()) throw new RefusedException("the envelope lacks " + name);
    return text;
  }
}
