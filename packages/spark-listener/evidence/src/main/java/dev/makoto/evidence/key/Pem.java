package dev.makoto.evidence.key;

import dev.makoto.evidence.RefusedException;
import dev.makoto.evidence.envelope.Base64Text;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One block of RFC 7468 text. */
public final class Pem {
  private static final int MAX_LENGTH = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  final String label;
  final byte[] content;

  private Pem(String label, byte[] content) {
    this.label = label;
    this.content = content;
  }

  /** The DER of a text that holds one public key. */
  public static byte[] publicKey(String text) throws RefusedException {
    List<Pem> blocks = parse(text);
    if (blocks.size() == 1 && blocks.get(0).label.equals("PUBLIC KEY")) return blocks.get(0).content;
    throw new RefusedException("a PEM text that is not one PUBLIC KEY");
  }

  static List<Pem> parse(String text) throws RefusedException {
    if (text.length() > MAX_LENGTH) throw new RefusedException("too large for a key file");
    List<Pem> blocks = new ArrayList<Pem>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) blocks.add(new Pem(block.group(1), Base64Text.decode(block.group(2).replaceAll("\\s", ""))));
    if (blocks.isEmpty()) throw new RefusedException("no PEM block in the key file");
    return blocks;
  }
}
