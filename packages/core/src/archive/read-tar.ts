import { decodeUtf8 } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import { checkObjectPath } from '../store/object-path.ts'
import { BLOCK, EXTENDED, FIELD, FILE, type Field, MAGIC, paddingOf, sumHeader, VERSION } from './tar-format.ts'

export interface TarLimits {
  readonly maxEntries: number
}

/**
 * The files of an archive that `writeTar` wrote, by path, as views of its bytes; nothing is ever written to disk.
 *
 * One reading only: a link, a directory, another header than one path's, a path that leaves its root, a path that
 * stands twice, bytes between or behind the files, or an end that is missing is refused with `archive-invalid`.
 */
export function readTar(bytes: Uint8Array, { maxEntries }: TarLimits): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  let path: string | undefined
  let at = 0
  for (;;) {
    const header = take(bytes, at, BLOCK)
    if (isBlank(header)) break
    const { type, name, size } = readHeader(header)
    const content = take(bytes, at + BLOCK, size)
    refuseUnlessBlank(take(bytes, at + BLOCK + size, paddingOf(size)))
    at += BLOCK + size + paddingOf(size)
    if (type === EXTENDED && path === undefined) path = readPathRecord(content)
    else if (type === FILE) {
      addFile(files, path ?? name, content, maxEntries)
      path = undefined
    } else throw refuse('an entry that is no file')
  }
  if (path !== undefined) throw refuse('a path that no file follows')
  refuseUnlessBlank(bytes.subarray(at))
  return files
}

function take(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > bytes.length) throw refuse('it ends early')
  return bytes.subarray(at, at + length)
}

const isBlank = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)

function refuseUnlessBlank(bytes: Uint8Array): void {
  if (!isBlank(bytes)) throw refuse('bytes where none belong')
}

function readHeader(header: Uint8Array): { type: string; name: string; size: number } {
  const text = (field: Field) => {
    const [start, length] = FIELD[field]
    return readText(header.subarray(start, start + length))
  }
  if (text('magic') + text('version') !== MAGIC + VERSION) throw refuse('a header that is not POSIX tar')
  if (readOctal(text('checksum'), /^([0-7]{6})\0 $/) !== sumHeader(header)) throw refuse('a header with a wrong sum')
  if (/[^\0]/.test(text('link') + text('prefix'))) throw refuse('a header with a link or a prefix')
  return {
    type: text('type'),
    name: readName(text('name')),
    size: readOctal(text('size'), /^([0-7]{11})\0$/),
  }
}

/** Other names than of ASCII stand in an extended header, where their encoding is known. */
function readName(text: string): string {
  const name = /^([ -~]*)\0*$/.exec(text)?.[1]
  if (name === undefined) throw refuse('a name that is not ASCII')
  return name
}

function readText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function readOctal(text: string, form: RegExp): number {
  const digits = form.exec(text)?.[1]
  if (digits === undefined) throw refuse('a header with a number in another form')
  return Number.parseInt(digits, 8)
}

/** One record, the path: any other key would change what another reader sees. */
function readPathRecord(content: Uint8Array): string {
  const text = decodeRecord(content)
  const [, length, path] = /^([1-9][0-9]{0,4}) path=([^\0\n]+)\n$/.exec(text) ?? []
  if (path === undefined || Number(length) !== content.length) throw refuse('an extended header that is no path')
  return path
}

function decodeRecord(content: Uint8Array): string {
  try {
    return decodeUtf8(content)
  } catch (cause) {
    throw refuse('an extended header that is not UTF-8', cause)
  }
}

function addFile(files: Map<string, Uint8Array>, path: string, content: Uint8Array, maxEntries: number): void {
  if (files.size === maxEntries) throw new MakotoError('limit-exceeded', `an archive of more than ${maxEntries} files`)
  checkPath(path)
  if (files.has(path)) throw refuse(`${JSON.stringify(path)} stands twice`)
  files.set(path, content)
}

function checkPath(path: string): void {
  try {
    checkObjectPath(path)
  } catch (cause) {
    throw isMakotoError(cause) ? refuse(cause.message, cause) : cause
  }
}

const refuse = (reason: string, cause?: unknown) =>
  new MakotoError('archive-invalid', `This archive cannot be used: ${reason}.`, {
    cause,
    hint: 'Use the archive as makoto export wrote it; a directory that it was unpacked to is a store.',
  })
