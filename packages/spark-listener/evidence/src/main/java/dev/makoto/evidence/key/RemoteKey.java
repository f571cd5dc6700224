package dev.makoto.evidence.key;

import java.io.IOException;

/** A P-256 key that stays in somebody else's house. */
public interface RemoteKey {
  /** DER SubjectPublicKeyInfo. Asked for once, before the first signature; the key of that answer is the one that signs. */
  byte[] publicKey() throws IOException;

  /** A DER signature over this SHA-256. */
  byte[] sign(byte[] sha256) throws IOException;
}
