package dev.makoto.evidence.run;

import dev.makoto.evidence.Configuration;
import dev.makoto.evidence.ConfigurationException;
import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.key.PublicKeys;
import dev.makoto.evidence.key.Signer;

/** The key that a run signs with, and those under which earlier attestations count for it. */
final class RunKeys {
  /** Null: statements are unsigned. */
  final Signer signer;
  final PublicKeys trusted;

  private RunKeys(Signer signer, PublicKeys trusted) {
    this.signer = signer;
    this.trusted = trusted;
  }

  /** @throws ConfigurationException only where {@code on-failure} is {@code fail}; else a key that cannot be used is a gap */
  static RunKeys open(Configuration configuration, RunServices services, Gaps gaps) throws ConfigurationException {
    Signer signer = null;
    try {
      signer = KeyRing.signer(configuration, services.environment, services.log);
      return new RunKeys(signer, KeyRing.trusted(configuration, signer));
    } catch (ConfigurationException unusable) {
      if (configuration.onFailure == Configuration.OnFailure.FAIL) throw unusable;
      services.log.warn(signer == null ? "this run is not signed" : "no earlier attestation but our own counts", unusable);
      gaps.count(null, signer == null ? "signing-key-unavailable" : "trust-keys-unavailable", 1);
      return new RunKeys(signer, onlyOwn(signer));
    }
  }

  private static PublicKeys onlyOwn(Signer signer) {
    try {
      return signer == null ? new PublicKeys() : new PublicKeys().add(signer.publicKey());
    } catch (RefusedException impossible) {
      return new PublicKeys();
    }
  }
}
