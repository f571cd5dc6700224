import { digestManifest, type ManifestEntry, parseManifest } from '../digest/manifest.ts'
import { applyManifestDelta, type ManifestDelta, parseManifestDelta } from '../digest/manifest-delta.ts'
import { sha256Hex } from '../digest/sha256.ts'
import { isMakotoError } from '../errors.ts'
import { manifestDeltaPath, manifestPath } from './layout.ts'
import { readGzip } from './read-gzip.ts'
import type { Store } from './store.ts'

/** Of one manifest, and of all deltas that lead to one, decompressed. */
const MAX_BYTES = 256 * 1024 * 1024
/** A full manifest stands at least every so many. @see FORMATS §4 */
const MAX_LINKS = 64

/**
 * The manifest of this digest, whole or as deltas from one that is. Undefined where the store has none that gives the
 * digest: what it holds under a name is a claim.
 *
 * @see FORMATS §4
 */
export async function readManifest(store: Store, sha256: string): Promise<ManifestEntry[] | undefined> {
  const deltas: ManifestDelta[] = []
  let [wanted, bytes] = [sha256, 0]
  while (deltas.length <= MAX_LINKS) {
    const base = await readFull(store, wanted)
    if (base !== undefined) return deltas.length === 0 ? base : replay(base, deltas, sha256)
    const content = await readContent(store, manifestDeltaPath(wanted))
    bytes += content?.length ?? 0
    const delta = content === undefined || bytes > MAX_BYTES ? undefined : attempt(() => parseManifestDelta(content))
    if (delta === undefined) return undefined
    deltas.push(delta)
    wanted = delta.base
  }
  return undefined
}

async function readFull(store: Store, sha256: string): Promise<ManifestEntry[] | undefined> {
  const content = await readContent(store, manifestPath(sha256))
  if (content === undefined || sha256Hex(content) !== sha256) return undefined
  return attempt(() => parseManifest(content))
}

async function readContent(store: Store, path: string): Promise<Uint8Array | undefined> {
  try {
    const object = await store.get(path, { maxBytes: MAX_BYTES })
    return object && (await readGzip(object, { maxBytes: MAX_BYTES }))
  } catch (error) {
    if (isMakotoError(error, 'gzip-invalid') || isMakotoError(error, 'limit-exceeded')) return undefined
    throw error
  }
}

/** From the oldest delta to the newest; only the last result is asked for its digest, which no other road gives. */
function replay(base: ManifestEntry[], deltas: readonly ManifestDelta[], sha256: string): ManifestEntry[] | undefined {
  return attempt(() => {
    const entries = deltas.reduceRight((entries, delta) => applyManifestDelta(entries, delta), base)
    return digestManifest(entries).sha256 === sha256 ? entries : undefined
  })
}

/** What a store holds may be anything: malformed is as good as absent. */
function attempt<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}
