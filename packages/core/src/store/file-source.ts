export interface SourceFile {
  /** Relative to the source's root. */
  readonly path: string
  readonly size: number
  /** Last change, in ms since the epoch; for caches, never for trust. */
  readonly mtime: number
}

export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/**
 * Files of a dataset, wherever they lie: what a digest or a table reader needs of a file system. Lists everything,
 * hidden names too, because a table's log has such; which of it is data is for the caller's rule. Every implementation
 * passes `describeFileSource` of the testkit.
 */
export interface FileSource {
  /** Regular files whose path begins with the prefix (default: all), in the order of their paths. */
  list(prefix?: string): AsyncIterable<SourceFile>
  /** The file's bytes, or a part of them; `data-unreadable` where there is no such file or no such range. */
  open(path: string, range?: ByteRange): AsyncIterable<Uint8Array>
  stat(path: string): Promise<SourceFile | undefined>
}
