export type PutResult = 'stored' | 'same'

export interface StoredObject {
  readonly path: string
  readonly size: number
}

/**
 * Where attestations lie: a directory or an object-store prefix, written once and never changed.
 *
 * A store is not trusted. Who can write to it can hide, delay and replay, so nothing that comes out of one counts before
 * it was verified. Paths are those of FORMATS §4; a path that is unsafe or begins a segment with `.` is refused with
 * `store-path-invalid`. Every implementation passes `describeStore` of the testkit.
 *
 * @see FORMATS §4
 */
export interface Store {
  /** The object's bytes; undefined where there is none; `limit-exceeded` where it is larger than the caller reads. */
  get(path: string, limits: { readonly maxBytes: number }): Promise<Uint8Array | undefined>
  /**
   * Creates the object if there is none. Whole or not at all, on disk before it resolves, and safe among any number of
   * writers: of several, one has `stored`. `same` means that the content was there; a `.gz` is compared by what it
   * decompresses to. Other content under the path is `store-conflict`.
   */
  put(path: string, bytes: Uint8Array): Promise<PutResult>
  /** Objects whose path begins with the prefix, in the order of their paths. Names that start with `.` are not there. */
  list(prefix: string): AsyncIterable<StoredObject>
  head(path: string): Promise<{ readonly size: number } | undefined>
}
