package dev.makoto.evidence.facts;

/** How a digest came to be known, strongest first. @see docs/spec/predicates.md, FORMATS §3 */
public enum DigestSource {
  IN_STREAM("in-stream"),
  READ_BACK("read-back"),
  AFTER_COMMIT("after-commit"),
  AFTER_READ("after-read"),
  ATTESTED("attested"),
  STORE("store");

  public final String word;

  DigestSource(String word) {
    this.word = word;
  }

  /** The digest source of a set is the weakest of its files'. */
  public static DigestSource weaker(DigestSource left, DigestSource right) {
    return left.compareTo(right) >= 0 ? left : right;
  }
}
