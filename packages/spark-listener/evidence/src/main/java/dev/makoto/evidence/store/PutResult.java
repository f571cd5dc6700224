package dev.makoto.evidence.store;

/** What {@link Store#put} found: nothing, or the same content. Other content is a {@link StoreConflictException}. */
public enum PutResult {
  STORED,
  SAME
}
