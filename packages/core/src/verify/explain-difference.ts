import type { Store } from '../store/store.ts'
import { compareFiles, readFileList } from './file-list.ts'
import { newestOf } from './judge-newest.ts'
import type { AskedDataset } from './match-dataset.ts'
import { readAnyAttestation } from './read-attestation.ts'
import type { FileDifference } from './report.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'
import type { VersionHistory } from './version-history.ts'

export interface Difference {
  /** The version that the data was compared with, and when it was attested. */
  readonly version: string
  readonly time: Date | undefined
  readonly name: string
  readonly files: FileDifference | undefined
}

/**
 * What changed since the newest version that the store shows: file by file where that version lists
 * its files. Undefined where no version is known, or the newest one is these very bytes.
 */
export async function explainDifference(
  { name, found }: Pick<AskedDataset, 'name' | 'found'>,
  { store, history, trust }: { store: Store; history: VersionHistory; trust: VerifyBundleOptions },
): Promise<Difference | undefined> {
  const newest = newestOf(history, name)
  if (newest === undefined || newest.subject === found.sha256) return undefined
  const attestation = await readAnyAttestation(store, newest, trust)
  const { known, statement, times } = attestation?.report ?? {}
  const [subject] = statement?.subject ?? []
  if ((known?.kind !== 'origin' && known?.kind !== 'transform') || subject === undefined) return undefined
  const version = { version: newest.subject, time: times?.[0]?.time, name: subject.name }
  if (found.kind === 'file' && subject.annotations?.kind === 'file')
    return { ...version, files: { altered: found.files.map(({ path }) => path), missing: [], added: [], more: 0 } }
  const attested = found.kind !== 'file' ? await readFileList(store, newest.subject, known.predicate) : undefined
  return { ...version, files: attested && compareFiles(attested, found.files) }
}

/** The difference in one line, its first files by name. */
export function describeDifference({ version, time, files }: Difference): string {
  const since = `the newest version known is ${version}${time ? `, attested ${time.toISOString()}` : ''}`
  if (files === undefined) return `${since}; it lists no files to compare`
  const parts = (['altered', 'missing', 'added'] as const).flatMap((what) => {
    const [first, ...more] = files[what]
    if (first === undefined) return []
    return [`${what}: ${first}${more.length > 0 ? ` and ${more.length} more` : ''}`]
  })
  return `${parts.join('; ')} (${since})`
}
