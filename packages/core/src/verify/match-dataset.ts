import type { DatasetDigest } from '../digest/index.ts'
import type { Subject } from '../statement/index.ts'
import { notApplicable, passed, plural, refuted } from './check.ts'
import { compareState } from './check-state.ts'
import { isNamed } from './dataset-names.ts'
import type { Check } from './report.ts'
import type { BundleReport } from './verify-bundle.ts'

export interface AskedDataset {
  readonly name: string
  readonly found: DatasetDigest
  /** Accept an attestation of another name: for a copy whose origin the caller vouches for. */
  readonly insecureAnyName: boolean
}

/**
 * Compares an attestation with the dataset that was asked for and read: same name, same kind, same
 * bytes, same state where it is a table, same list of files. The data is what was read now; nothing the statement says of it is believed.
 *
 * @see L2.V.10, FORMATS §1, ARCHITECTURE Security
 */
export function matchDataset({ statement, known }: BundleReport, asked: AskedDataset): Check[] {
  const [subject, ...more] = statement?.subject ?? []
  if (statement === undefined || known === undefined || subject === undefined) return []
  if (known.kind !== 'origin' && known.kind !== 'transform')
    return [
      refuted(
        'statement',
        'predicate-type',
        'predicate',
        `${statement.predicateType} says nothing of where a dataset comes from`,
      ),
    ]
  if (more.length > 0)
    return [refuted('statement', 'statement-invalid', 'statement', 'a dataset attestation has exactly one subject')]
  return [
    checkName(subject, asked),
    checkKind(subject, asked.found),
    checkDigest(subject, asked.found),
    ...compareState(subject, asked.found),
    checkFiles(known.predicate, asked.found),
  ]
}

function checkName(subject: Subject, { name, insecureAnyName }: AskedDataset): Check {
  if (isNamed(subject, name)) return passed('name', 'name', subject.name)
  if (insecureAnyName) return passed('name', 'name', `${subject.name}, not ${name}: you accept any name`)
  return refuted('name', 'name-mismatch', 'name', `these bytes were attested as ${subject.name}, not as ${name}`)
}

function checkKind({ annotations }: Subject, found: DatasetDigest): Check {
  if (annotations?.kind === found.kind) return passed('kind', 'kind', found.kind)
  const stated = annotations?.kind ?? 'nothing'
  return refuted('kind', 'kind-mismatch', 'kind', `the attestation speaks of ${stated}, read was ${found.kind}`)
}

function checkDigest({ digest }: Subject, found: DatasetDigest): Check {
  if (digest.sha256 !== found.sha256)
    return refuted('data', 'digest-mismatch', 'data', `attested ${digest.sha256}, read ${found.sha256}`)
  if (digest.merkleRoot !== undefined && digest.merkleRoot !== found.merkleRoot)
    return refuted(
      'data',
      'digest-mismatch',
      'data',
      `attested Merkle root ${digest.merkleRoot}, read ${found.merkleRoot}`,
    )
  return passed(
    'data',
    'data',
    `${plural(found.files.length, 'file')}, ${found.bytes} bytes read now, sha256 ${found.sha256}`,
  )
}

/** The list is signed too: one that says other than the digest would be believed by whoever reads only it. */
function checkFiles({ files, manifest }: FileLists, found: DatasetDigest): Check {
  if (manifest && !isManifestOf(manifest, found))
    return refuted('files', 'files-mismatch', 'files', 'the manifest named in the statement is not that of its subject')
  if (manifest && files === undefined)
    return passed('files', 'files', `the manifest of ${plural(found.files.length, 'file')}`)
  if (found.kind === 'file' && files === undefined) return passed('files', 'files', 'one file')
  if (files === undefined) return notApplicable('files', 'files', 'the statement lists none; its digest covers them')
  const differs = found.files.length !== files.length || found.files.some((file, i) => !isSameFile(files[i], file))
  if (differs)
    return refuted('files', 'files-mismatch', 'files', 'the files listed in the statement are not those of its subject')
  return passed('files', 'files', `${plural(files.length, 'file')}, as listed`)
}

type Entry = { name: string; digest: { sha256: string }; size?: string | number }
type FileLists = {
  files?: readonly Entry[]
  manifest?: { digest: { sha256: string }; entries?: string | number }
}

/** One file has none: a manifest of its digest would make of it the set that it lists. */
const isManifestOf = (
  { digest, entries }: NonNullable<FileLists['manifest']>,
  { kind, sha256, files }: DatasetDigest,
) => kind !== 'file' && digest.sha256 === sha256 && isCount(entries, files.length)

const isCount = (stated: string | number | undefined, found: number) =>
  stated === undefined || String(stated) === String(found)

function isSameFile(entry: Entry | undefined, file: DatasetDigest['files'][number]): boolean {
  return entry?.name === file.path && entry.digest.sha256 === file.sha256 && isCount(entry.size, file.size)
}
