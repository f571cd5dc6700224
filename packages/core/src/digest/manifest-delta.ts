import { decodeUtf8, encodeUtf8 } from '../encoding.ts'
import { MakotoError } from '../errors.ts'
import { type ManifestEntry, type ManifestLimits, parseManifest, sortFiles } from './manifest.ts'

/** A manifest as its difference from another one. @see FORMATS §4 */
export interface ManifestDelta {
  /** H of the manifest that it starts from. */
  readonly base: string
  readonly removed: readonly ManifestEntry[]
  readonly added: readonly ManifestEntry[]
}

const HEADER = 'makoto-manifest-delta-v1'
/** As many as a manifest has at most: a small object would else decompress to more lines than memory holds. */
const MAX_LINES = 2_000_000

/**
 * Reads a delta: a header, `base <64 hex>`, then manifest lines, each behind the `-` or `+` of what became of it.
 *
 * @throws MakotoError `manifest-invalid`, `path-invalid`, `limit-exceeded`
 * @see docs/spec/predicates.md Manifest deltas
 */
export function parseManifestDelta(bytes: Uint8Array, limits: ManifestLimits = {}): ManifestDelta {
  const text = decodeUtf8(bytes)
  const [, base] = /^makoto-manifest-delta-v1\nbase ([0-9a-f]{64})\n/.exec(text) ?? []
  if (base === undefined)
    throw new MakotoError('manifest-invalid', `the delta does not begin with ${HEADER} and its base`)
  const { maxEntries = MAX_LINES } = limits
  const lines = text.slice(`${HEADER}\nbase ${base}\n`.length).split('\n', maxEntries + 2)
  if (lines.length > maxEntries + 1) throw new MakotoError('limit-exceeded', `a delta of more than ${maxEntries} lines`)
  if (lines.pop() !== '') throw new MakotoError('manifest-invalid', 'the delta does not end with a newline')
  const stranger = lines.findIndex((line) => !/^[-+]/.test(line))
  if (stranger >= 0) throw new MakotoError('manifest-invalid', `line ${stranger + 3} of the delta has no - or +`)
  const chosen = (sign: string) => {
    const kept = lines.filter((line) => line.startsWith(sign)).map((line) => `${line.slice(1)}\n`)
    return parseManifest(encodeUtf8(kept.join('')), limits)
  }
  return { base, removed: chosen('-'), added: chosen('+') }
}

/**
 * The manifest that a delta leads to. What it removes has to be there as it says, what it adds must not.
 *
 * @throws MakotoError `manifest-invalid`
 */
export function applyManifestDelta(
  entries: readonly ManifestEntry[],
  { removed, added }: ManifestDelta,
): ManifestEntry[] {
  const files = new Map(entries.map(({ path, sha256 }) => [path, sha256]))
  for (const { path, sha256 } of removed) {
    if (files.get(path) !== sha256)
      throw new MakotoError('manifest-invalid', `the delta removes ${path}, which is not there`)
    files.delete(path)
  }
  for (const { path, sha256 } of added) {
    if (files.has(path)) throw new MakotoError('manifest-invalid', `the delta adds ${path}, which is there`)
    files.set(path, sha256)
  }
  return sortFiles(Array.from(files, ([path, sha256]) => ({ path, sha256 })))
}
