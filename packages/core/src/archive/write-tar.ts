import { compareUtf8, encodeUtf8, joinBytes } from '../encoding.ts'
import { type ArchiveLimits, limitArchive, tooMany } from './archive-limits.ts'
import { BLOCK, EXTENDED, FIELD, FILE, type Field, MAGIC, paddingOf, sumHeader, VERSION } from './tar-format.ts'

const MAX_NAME = 100

/**
 * The files as a tar archive: in the order of their paths, without owners or times, so that the same files give the
 * same bytes. Any tar reads it.
 *
 * @throws MakotoError `limit-exceeded` where `openArchive` would refuse it under the same limits
 */
export function writeTar(files: ReadonlyMap<string, Uint8Array>, limits: ArchiveLimits = {}): Uint8Array {
  const { maxBytes, maxEntries } = limitArchive(limits)
  if (files.size > maxEntries) throw tooMany(`${maxEntries} files`)
  const entries = [...files].sort(([a], [b]) => compareUtf8(a, b))
  const blocks = entries.flatMap(([path, bytes]) => [...writePath(path), ...writeEntry(path, FILE, bytes)])
  const end = new Uint8Array(2 * BLOCK)
  if (blocks.reduce((total, { length }) => total + length, end.length) > maxBytes) throw tooMany(`${maxBytes} bytes`)
  return joinBytes([...blocks, end])
}

function writePath(path: string): Uint8Array[] {
  return needsExtension(path) ? writeEntry('path', EXTENDED, encodeUtf8(renderRecord('path', path))) : []
}

const needsExtension = (path: string) => path.length > MAX_NAME || !/^[ -~]*$/.test(path)

/** `<length> <key>=<value>\n`, where the length counts itself. */
function renderRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const bytes = encodeUtf8(rest).length
  let length = bytes + String(bytes).length
  if (String(length).length !== String(bytes).length) length = bytes + String(length).length
  return `${length}${rest}`
}

function writeEntry(path: string, type: string, bytes: Uint8Array): Uint8Array[] {
  // Where the record before it holds the path, readers pass over this one.
  const name = path.replaceAll(/[^ -~]/g, '_').slice(0, MAX_NAME)
  return [writeHeader(name, type, bytes.length), bytes, new Uint8Array(paddingOf(bytes.length))]
}

function writeHeader(name: string, type: string, size: number): Uint8Array {
  const header = new Uint8Array(BLOCK)
  const put = (field: Field, text: string) => header.set(encodeUtf8(text), FIELD[field][0])
  put('mode', '0000644\0')
  put('name', name)
  for (const field of ['uid', 'gid', 'deviceMajor', 'deviceMinor'] as const) put(field, '0000000\0')
  put('size', `${size.toString(8).padStart(11, '0')}\0`)
  put('mtime', `${'0'.repeat(11)}\0`)
  put('type', type)
  put('magic', MAGIC)
  put('version', VERSION)
  put('checksum', `${sumHeader(header).toString(8).padStart(6, '0')}\0 `)
  return header
}
