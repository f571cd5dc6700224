import type { z } from 'zod'
import { encodeUtf8 } from '../encoding.ts'
import { identityOf } from './identity.ts'
import type { fileEntrySchema, manifestReferenceSchema, Previous } from './parts.ts'
import type { PredicateType } from './predicate-types.ts'
import type { Subject } from './statement.ts'

/** A dataset version as a statement names it; what `digestDataset` found fits here. @see FORMATS §1, §2 */
export interface DatasetVersion {
  readonly name: string
  readonly uri?: string
  readonly kind: 'file' | 'files' | 'delta' | 'iceberg'
  readonly sha256: string
  readonly merkleRoot?: string
  readonly recordCount?: string
  /** In manifest order; left out of the statement for `kind: file`. */
  readonly files?: readonly { readonly path: string; readonly sha256: string; readonly size: number }[]
}

/** Which making of this version it is: see `IdentityParts`. Attested by hand, neither is known. */
export interface Occurrence {
  readonly run?: string
  readonly version?: string
  readonly previous: Previous
}

type FileList = {
  files?: z.infer<typeof fileEntrySchema>[]
  manifest?: z.infer<typeof manifestReferenceSchema>
}

const MAX_LISTED_FILES = 1000

/** The one root subject of a statement about a dataset. @see docs/spec/predicates.md A dataset's subject */
export function datasetSubject(type: PredicateType, dataset: DatasetVersion, occurrence: Occurrence): Subject {
  const { name, uri, kind, sha256, merkleRoot, recordCount } = dataset
  return {
    name,
    ...(uri === undefined ? {} : { uri }),
    digest: {
      sha256,
      ...(merkleRoot === undefined ? {} : { merkleRoot }),
      ...(recordCount === undefined ? {} : { recordCount: padToEven(recordCount) }),
    },
    annotations: { kind, identity: datasetIdentity(type, dataset, occurrence) },
  }
}

/** What stands in a digest, other verifiers decode as hex. @see evenCountSchema */
const padToEven = (digits: string) => digits.padStart(digits.length + (digits.length % 2), '0')

/** A hand has no run: the attestation before it stands in its place, so that content may return. @see FORMATS §3 */
export function datasetIdentity(
  type: PredicateType,
  dataset: DatasetVersion,
  { run, version, previous }: Occurrence,
): string {
  return identityOf({
    predicateType: type,
    name: dataset.name,
    sha256: dataset.sha256,
    run: run ?? previous?.attestationDigest.sha256 ?? null,
    version: version ?? null,
  })
}

/** `files` up to 1,000 entries, `manifest` beyond, neither for a single file. @see FORMATS §1 */
export function listFiles({ kind, sha256, files = [] }: DatasetVersion): FileList {
  if (kind === 'file') return {}
  if (files.length <= MAX_LISTED_FILES)
    return { files: files.map(({ path, sha256, size }) => ({ name: path, digest: { sha256 }, size: String(size) })) }
  return {
    manifest: {
      ref: `manifests/${sha256}.sha256sums.gz`,
      digest: { sha256 },
      mediaType: 'text/plain',
      entries: files.length,
      bytes: String(files.reduce((length, { path }) => length + manifestLineLength(path), 0)),
    },
  }
}

/** `<64 hex><two spaces><path>\n` */
const manifestLineLength = (path: string) => 64 + 2 + encodeUtf8(path).length + 1
