package dev.makoto.evidence.run;

import dev.makoto.evidence.json.JsonObject;
import java.util.List;

/** What stands in a statement. */
final class Statements {
  private Statements() {}

  static JsonObject subject(JsonObject statement) {
    return (JsonObject) statement.list("subject").get(0);
  }

  static String sha256(JsonObject statement) {
    return subject(statement).object("digest").string("sha256");
  }

  static JsonObject predicate(JsonObject statement) {
    return statement.object("predicate");
  }

  static JsonObject input(JsonObject statement, int index) {
    return (JsonObject) predicate(statement).list("inputs").get(index);
  }

  static List<?> reasons(JsonObject statement) {
    return predicate(statement).object("completeness").list("reasons");
  }
}
