package dev.makoto.evidence.key;

import dev.makoto.evidence.digest.Hex;
import dev.makoto.evidence.digest.Sha256;
import dev.makoto.evidence.envelope.Base64Text;

/** How a public key is named. @see FORMATS §3 */
public final class KeyId {
  private KeyId() {}

  /** {@code spki:sha256:<hex>}. */
  public static String of(byte[] spki) {
    return "spki:sha256:" + Hex.encode(Sha256.of(spki));
  }

  /** base64(H(DER SPKI)), as a bundle hints at its key. */
  public static String hint(byte[] spki) {
    return Base64Text.encode(Sha256.of(spki));
  }
}
