// The entries of a ZIP file in the order of its directory, as far as two JARs can differ in them.
import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50
const DEFLATED = 8

/** For each entry its name, what its header says, and its content. */
export function readZipEntries(bytes) {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || bytes.readUInt32LE(end) !== END) throw new Error('not a ZIP file')
  const entries = []
  for (let at = bytes.readUInt32LE(end + 16), left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== ENTRY) throw new Error('a ZIP file with a broken directory')
    const nameLength = bytes.readUInt16LE(at + 28)
    const extraLength = bytes.readUInt16LE(at + 30)
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      // Versions, flags and method; date and time; attributes: everything before the name but CRC and sizes.
      time: bytes.readUInt32LE(at + 12),
      attributes: bytes.readUInt32LE(at + 38),
      made: bytes.toString('hex', at + 4, at + 12),
      extra: bytes.toString('hex', at + 46 + nameLength, at + 46 + nameLength + extraLength),
      content: readContent(bytes, at),
    })
    at += 46 + nameLength + extraLength + bytes.readUInt16LE(at + 32)
  }
  return entries
}

function readContent(bytes, at) {
  const local = bytes.readUInt32LE(at + 42)
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  const stored = bytes.subarray(start, start + bytes.readUInt32LE(at + 20))
  return bytes.readUInt16LE(at + 10) === DEFLATED ? inflateRawSync(stored) : stored
}
