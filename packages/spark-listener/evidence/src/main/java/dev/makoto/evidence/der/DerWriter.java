package dev.makoto.evidence.der;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Builds DER from the inside out: every method returns one whole element. */
public final class DerWriter {
  private DerWriter() {}

  public static byte[] element(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] content : contents) length += content.length;
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    writeLength(length, out);
    for (byte[] content : contents) out.write(content, 0, content.length);
    return out.toByteArray();
  }

  public static byte[] sequence(byte[]... elements) {
    return element(DerReader.SEQUENCE, elements);
  }

  public static byte[] integer(BigInteger value) {
    return element(DerReader.INTEGER, value.toByteArray());
  }

  public static byte[] octets(byte[] bytes) {
    return element(DerReader.OCTET_STRING, bytes);
  }

  public static byte[] bits(byte[] bytes) {
    return element(DerReader.BIT_STRING, new byte[1], bytes);
  }

  public static byte[] truth() {
    return new byte[] {1, 1, (byte) 0xff};
  }

  public static byte[] nothing() {
    return new byte[] {DerReader.NULL, 0};
  }

  public static byte[] oid(String oid) {
    String[] arcs = oid.split("\\.");
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    writeArc(40 * Long.parseLong(arcs[0]) + Long.parseLong(arcs[1]), content);
    for (int i = 2; i < arcs.length; i++) writeArc(Long.parseLong(arcs[i]), content);
    return element(DerReader.OID, content.toByteArray());
  }

  private static void writeArc(long arc, ByteArrayOutputStream out) {
    for (int shift = 56; shift > 0; shift -= 7) {
      if (arc >>> shift != 0) out.write((int) (arc >>> shift & 0x7f | 0x80));
    }
    out.write((int) (arc & 0x7f));
  }

  private static void writeLength(int length, ByteArrayOutputStream out) {
    if (length < 0x80) {
      out.write(length);
      return;
    }
    int count = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
    out.write(0x80 | count);
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) out.write(length >>> shift);
  }
}
