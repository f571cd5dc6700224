/** The part of POSIX's tar (ustar with pax headers) that an archive of ours is written in. */

export const BLOCK = 512
export const FILE = '0'
/** A header that holds the path of the next file, where a name of 100 bytes cannot. */
export const EXTENDED = 'x'
export const MAGIC = 'ustar\0'
export const VERSION = '00'

/** Offset and length of a header's fields. @see POSIX.1-2017 pax, ustar Interchange Format */
export const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  link: [157, 100],
  magic: [257, 6],
  version: [263, 2],
  owner: [265, 32],
  group: [297, 32],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
} as const

export type Field = keyof typeof FIELD

/** The sum of a header's bytes, its own field taken as spaces. */
export function sumHeader(header: Uint8Array): number {
  const [start, length] = FIELD.checksum
  return header.reduce((sum, byte, at) => sum + (at >= start && at < start + length ? 0x20 : byte), 0)
}

/** Bytes up to the next whole block. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK
