import { sha256 } from '#platform'
import { canonicalize } from '../canonical-json.ts'
import { type DatasetDigest, merkleRoot, renderManifest, sha256Hex } from '../digest/index.ts'
import { encodeBase64, encodeHex } from '../encoding.ts'
import { pae } from '../envelope/index.ts'
import { keepWords } from '../key/key-provider.ts'
import type { Signer } from '../key/signer.ts'
import { compressGzip } from '../store/gzip.ts'
import { attestationPath, indexPath, manifestPath, pointerPath } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import type { FileTime } from './file-times.ts'

export const INDEX_PAYLOAD_TYPE = 'application/vnd.makoto.index.v1+json'

const MAX_LISTED_FILES = 1000

export interface SealedAttestation {
  /** The dataset's name, and its location's where that is another one: pointers stand under both. */
  readonly names: readonly string[]
  readonly found: DatasetDigest
  /** The bundle, or the bare statement where there is no signer. */
  readonly bytes: Uint8Array
  /** The commit time, as pointers carry it. */
  readonly time: string
  readonly signer?: Signer
  /** Sizes and times of the files before and after they were read. */
  readonly times?: { readonly before: ReadonlyMap<string, FileTime>; readonly after: ReadonlyMap<string, FileTime> }
}

export interface StoredAttestation {
  readonly path: string
  readonly bundle: string
  /** Why there is no index: the attestation lies in the store all the same. */
  readonly indexFailure?: string
}

/**
 * Writes an attestation and what leads to it, each object after those that it needs: manifest, bundle,
 * pointers, and last the producer's own index, which saves work and is no evidence.
 *
 * @see FORMATS §4
 */
export async function storeAttestation(store: Store, sealed: SealedAttestation): Promise<StoredAttestation> {
  const { names, found, bytes, time, signer } = sealed
  const bundle = sha256Hex(bytes)
  const path = attestationPath(found.sha256, bundle, signer === undefined ? 'intoto' : 'sigstore')
  if (found.kind === 'files' && found.files.length > MAX_LISTED_FILES)
    await store.put(manifestPath(found.sha256), compressGzip(renderManifest(found.files)))
  await store.put(path, bytes)
  for (const name of new Set(names)) {
    const pointer = { name, subject: found.sha256, bundle, time }
    await store.put(pointerPath(pointer), canonicalize(pointer))
  }
  const [name] = names
  // A certificate's key is gone tomorrow: nobody could believe an index that it signed.
  if (signer === undefined || signer.certificate !== undefined || name === undefined) return { path, bundle }
  try {
    await store.put(indexPath(name, found.sha256, bundle), await signIndex(signer, name, bundle, sealed))
  } catch (error) {
    // What was attested is public by now, whatever a key service or a store says to a saving.
    return { path, bundle, indexFailure: keepWords(error).message }
  }
  return { path, bundle }
}

/**
 * Sizes, times and digests under a signed tree head, here of this one index, so that the next writer
 * need not hash what did not change. Only files that stood still while they were read are in it. No
 * verifier reads it.
 *
 * @see docs/spec/predicates.md Pointers, indexes
 */
async function signIndex(
  signer: Signer,
  name: string,
  bundle: string,
  { found, times }: SealedAttestation,
): Promise<Uint8Array> {
  const files = found.files.flatMap(({ path, sha256, size }) => {
    const before = times?.before.get(path)
    const after = times?.after.get(path)
    const still = before?.mtime === after?.mtime && before?.size === size && after?.size === size
    return still && after ? [{ path, size: String(size), mtime: String(Math.floor(after.mtime)), sha256 }] : []
  })
  const index = { name, subject: found.sha256, bundle, files }
  const root = encodeHex(merkleRoot([sha256(canonicalize(index))]))
  const payload = canonicalize({ root, size: 1 })
  const signature = await signer.sign(pae(INDEX_PAYLOAD_TYPE, payload))
  const envelope = {
    payload: encodeBase64(payload),
    payloadType: INDEX_PAYLOAD_TYPE,
    signatures: [{ sig: encodeBase64(signature) }],
  }
  return canonicalize({ index, proof: { leaf: 0, path: [] }, envelope })
}
