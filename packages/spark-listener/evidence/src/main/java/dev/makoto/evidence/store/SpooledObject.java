package dev.makoto.evidence.store;

/** An object as a spool's log holds it. */
final class SpooledObject {
  final String path;
  final byte[] bytes;

  SpooledObject(String path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes;
  }
}
