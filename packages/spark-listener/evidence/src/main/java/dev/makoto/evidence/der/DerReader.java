package dev.makoto.evidence.der;

import dev.makoto.evidence.RefusedException;
import java.math.BigInteger;
import java.util.Arrays;

/** Reads DER element by element, never past its end. Lengths are definite, in their shortest form. @see "X.690 §10.1" */
public final class DerReader {
  public static final int INTEGER = 0x02;
  public static final int BIT_STRING = 0x03;
  public static final int OCTET_STRING = 0x04;
  public static final int NULL = 0x05;
  public static final int OID = 0x06;
  public static final int GENERALIZED_TIME = 0x18;
  public static final int SEQUENCE = 0x30;
  public static final int SET = 0x31;

  private final byte[] bytes;
  private int at;
  private final int end;

  public DerReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private DerReader(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  public boolean hasMore() {
    return at < end;
  }

  /** The tag of the next element; -1 at the end. */
  public int tag() {
    return at < end ? bytes[at] & 0xff : -1;
  }

  /** Steps into the next element, which must have this tag. */
  public DerReader enter(int tag) throws RefusedException {
    if (tag() != tag) throw refuse("another element");
    at++;
    int length = readLength();
    DerReader content = new DerReader(bytes, at, at + length);
    at += length;
    return content;
  }

  public DerReader sequence() throws RefusedException {
    return enter(SEQUENCE);
  }

  /** The context-specific, constructed element with this number. */
  public DerReader context(int number) throws RefusedException {
    return enter(0xa0 | number);
  }

  public byte[] octets() throws RefusedException {
    return enter(OCTET_STRING).rest();
  }

  /** The bytes of a bit string without unused bits. */
  public byte[] bits() throws RefusedException {
    byte[] content = enter(BIT_STRING).rest();
    if (content.length == 0 || content[0] != 0) throw refuse("unused bits");
    return Arrays.copyOfRange(content, 1, content.length);
  }

  public BigInteger integer() throws RefusedException {
    byte[] content = enter(INTEGER).rest();
    if (content.length == 0) throw refuse("an empty integer");
    return new BigInteger(content);
  }

  public String oid() throws RefusedException {
    byte[] content = enter(OID).rest();
    StringBuilder oid = new StringBuilder();
    BigInteger arc = BigInteger.ZERO;
    for (byte b : content) {
      arc = arc.shiftLeft(7).or(BigInteger.valueOf(b & 0x7f));
      if (arc.bitLength() > 63) throw refuse("an oversized object identifier");
      if ((b & 0x80) != 0) continue;
      if (oid.length() == 0) {
        long first = Math.min(arc.longValue() / 40, 2);
        oid.append(first).append('.').append(arc.longValue() - 40 * first);
      } else {
        oid.append('.').append(arc);
      }
      arc = BigInteger.ZERO;
    }
    if (oid.length() == 0 || (content[content.length - 1] & 0x80) != 0) throw refuse("an object identifier that does not end");
    return oid.toString();
  }

  /** Steps over the next element, whatever it is. */
  public void skip() throws RefusedException {
    enter(tag());
  }

  /** What is left of this element's content. */
  public byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return rest;
  }

  private int readLength() throws RefusedException {
    if (at >= end) throw refuse("no length");
    int first = bytes[at++] & 0xff;
    if (first < 0x80) return checked(first);
    int count = first & 0x7f;
    if (count == 0 || count > 4 || at + count > end) throw refuse("a length that cannot be");
    long length = 0;
    for (int i = 0; i < count; i++) length = length << 8 | bytes[at++] & 0xff;
    if (length < 0x80 || length >>> 8 * (count - 1) == 0) throw refuse("a length in more bytes than it needs");
    return checked(length);
  }

  private int checked(long length) throws RefusedException {
    if (length > end - at) throw refuse("an element longer than what holds it");
    return (int) length;
  }

  private static RefusedException refuse(String what) {
    return new RefusedException("not the DER that is expected: " + what);
  }
}
