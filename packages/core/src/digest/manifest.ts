import { compareUtf8, decodeUtf8, encodeHex, encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { checkManifestPath } from './manifest-path.ts'
import { merkleRoot } from './merkle-tree.ts'
import { sha256Hex } from './sha256.ts'

/** One line of a manifest. */
export interface ManifestEntry {
  readonly path: string
  /** Lower-case hex. */
  readonly sha256: string
}

export interface ManifestDigest {
  /** H of the manifest's bytes. */
  readonly sha256: string
  /** RFC 6962 tree head over its lines. */
  readonly merkleRoot: string
}

export interface ManifestLimits {
  /** Default 256 MiB. */
  readonly maxBytes?: number
  /** Default 2,000,000. */
  readonly maxEntries?: number
}

const MAX_BYTES = 256 * 1024 * 1024
const MAX_ENTRIES = 2_000_000
/** `s`: a path may hold U+2028 or U+2029, which `.` leaves out otherwise. */
const LINE = /^([0-9a-f]{64}) {2}(.+)$/s

/**
 * The manifest's bytes: a line `<64 hex>  <path>` for each file, sorted by the UTF-8 bytes of the path. It is what
 * `sha256sum` prints and `sha256sum --check` reads.
 *
 * @throws MakotoError `path-invalid`, or `manifest-invalid` where a path stands twice
 * @see FORMATS §1
 */
export function renderManifest(files: Iterable<ManifestEntry>): Uint8Array {
  return encodeUtf8(
    renderLines(files)
      .map((line) => `${line}\n`)
      .join(''),
  )
}

/** What stands in a subject's `digest` for `kind: files`. */
export function digestManifest(files: Iterable<ManifestEntry>): ManifestDigest {
  const lines = renderLines(files)
  return {
    sha256: sha256Hex(encodeUtf8(lines.map((line) => `${line}\n`).join(''))),
    merkleRoot: encodeHex(merkleRoot(encodeLines(lines))),
  }
}

/** The leaves of `merkleRoot`, in manifest order: for `proveInclusion`. */
export function manifestLeaves(files: Iterable<ManifestEntry>): Uint8Array[] {
  return renderLines(files).map(encodeUtf8)
}

/**
 * Reads a manifest strictly: rendering the result gives the same bytes again, so there is one manifest for one set.
 *
 * @throws MakotoError `manifest-invalid`, `path-invalid`, `limit-exceeded`
 */
export function parseManifest(bytes: Uint8Array, limits: ManifestLimits = {}): ManifestEntry[] {
  const { maxBytes = MAX_BYTES, maxEntries = MAX_ENTRIES } = limits
  if (bytes.length > maxBytes)
    throw new MakotoError('limit-exceeded', `a manifest of ${bytes.length} bytes, ${maxBytes} are allowed`)
  if (bytes.length === 0) return []
  const lines = splitLines(decodeUtf8(bytes), maxEntries)
  const entries = lines.map(parseLine)
  for (let i = 1; i < entries.length; i++)
    if (compareUtf8(entries[i - 1]?.path ?? '', entries[i]?.path ?? '') >= 0)
      throw new MakotoError('manifest-invalid', `line ${i + 1} of the manifest is not in order`)
  return entries
}

function renderLines(files: Iterable<ManifestEntry>): string[] {
  const sorted = sortFiles(files)
  let previous: string | undefined
  return sorted.map(({ path, sha256 }) => {
    checkManifestPath(path)
    if (path === previous) throw new MakotoError('manifest-invalid', `the path ${JSON.stringify(path)} stands twice`)
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new MakotoError('manifest-invalid', `not a SHA-256 in hex for ${path}`)
    previous = path
    return `${sha256}  ${path}`
  })
}

/** In manifest order, which is the order of `files[]` in a predicate too. */
export function sortFiles<File extends { readonly path: string }>(files: Iterable<File>): File[] {
  return [...files].sort((a, b) => compareUtf8(a.path, b.path))
}

function* encodeLines(lines: readonly string[]): Generator<Uint8Array> {
  for (const line of lines) yield encodeUtf8(line)
}

function splitLines(text: string, maxEntries: number): string[] {
  if (!text.endsWith('\n')) throw new MakotoError('manifest-invalid', 'the manifest does not end with a newline')
  const lines = text.split('\n', maxEntries + 2)
  if (lines.length > maxEntries + 1)
    throw new MakotoError('limit-exceeded', `a manifest of more than ${maxEntries} entries`)
  return lines.slice(0, -1)
}

function parseLine(line: string, index: number): ManifestEntry {
  const [, sha256, path] = LINE.exec(line) ?? []
  if (sha256 === undefined || path === undefined)
    throw new MakotoError('manifest-invalid', `line ${index + 1} of the manifest is not "<64 hex>  <path>"`)
  checkManifestPath(path)
  return { path, sha256 }
}
