package dev.makoto.evidence.kms;

import java.util.Map;

/** A platform that gives a process these variables and no others. */
public final class Platform extends Environment {
  private final Map<String, String> variables;

  public Platform(Map<String, String> variables) {
    this.variables = variables;
  }

  @Override
  protected String find(String name) {
    return variables.get(name);
  }
}
