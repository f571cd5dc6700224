package dev.makoto.evidence.facts;

/** Why a statement is partial: the closed list of docs/spec/predicates.md. */
public enum Reason {
  AGENT_MISSING_ON_EXECUTORS("agent-missing-on-executors", false, true),
  DEADLINE("deadline", true, true),
  EVENTS_DROPPED("events-dropped", true, true),
  INPUT_CHANGED_SINCE_READ("input-changed-since-read", true, false),
  INPUT_DIFFERS_FROM_ATTESTED("input-differs-from-attested", true, false),
  INPUT_OVER_BUDGET("input-over-budget", true, false),
  INPUT_UNREADABLE("input-unreadable", true, false),
  INPUT_WITHOUT_DIGEST("input-without-digest", true, false),
  INTERNAL_ERROR("internal-error", true, true),
  OUTPUT_CHANGED_BEFORE_ATTESTED("output-changed-before-attested", false, true),
  OUTPUT_DIGEST_MISSING("output-digest-missing", false, true),
  OUTPUT_UNREADABLE("output-unreadable", false, true),
  PLAN_NOT_UNDERSTOOD("plan-not-understood", true, false);

  public final String word;
  /** Whether it makes what is said about inputs partial. */
  public final boolean ofInputs;
  /** Whether it makes what is said about outputs partial. */
  public final boolean ofOutputs;

  Reason(String word, boolean ofInputs, boolean ofOutputs) {
    this.word = word;
    this.ofInputs = ofInputs;
    this.ofOutputs = ofOutputs;
  }
}
