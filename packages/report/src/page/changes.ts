import { readFileList, type Store } from '@makoto/core/verify'
import type { Version } from './facts.ts'

export interface Change {
  readonly before: Version
  readonly after: Version
  /** Undefined where a list of files did not travel along. */
  readonly files:
    | { readonly added: string[]; readonly removed: string[]; readonly altered: string[]; readonly same: number }
    | undefined
  readonly rows: readonly (readonly [string, string, string])[]
}

/** What became of the files between two versions, from lists whose digests are those of the two subjects. */
export async function compareVersions(store: Store, before: Version, after: Version): Promise<Change> {
  const [old, now] = await Promise.all([readFiles(store, before), readFiles(store, after)])
  return { before, after, files: old && now && compare(old, now), rows: compareFacts(before, after) }
}

async function readFiles(store: Store, { statement, known }: Version): Promise<Map<string, string> | undefined> {
  const sha256 = statement.subject[0]?.digest.sha256
  if ((known.kind !== 'origin' && known.kind !== 'transform') || sha256 === undefined) return undefined
  const entries = await readFileList(store, sha256, known.predicate)
  return entries && new Map(entries.map((entry) => [entry.path, entry.sha256]))
}

function compare(old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): NonNullable<Change['files']> {
  const both = [...now.keys()].filter((path) => old.has(path))
  const altered = both.filter((path) => old.get(path) !== now.get(path))
  return {
    added: [...now.keys()].filter((path) => !old.has(path)),
    removed: [...old.keys()].filter((path) => !now.has(path)),
    altered,
    same: both.length - altered.length,
  }
}

function compareFacts(before: Version, after: Version): (readonly [string, string, string])[] {
  const rows: [string, string | undefined, string | undefined][] = [
    ['digest', before.statement.subject[0]?.digest.sha256, after.statement.subject[0]?.digest.sha256],
    ['records', recordsOf(before), recordsOf(after)],
    ['records written', recordsWritten(before), recordsWritten(after)],
    ['schema', schemaOf(before), schemaOf(after)],
  ]
  return rows.flatMap(([label, old, now]) =>
    old === undefined && now === undefined ? [] : [[label, old ?? 'not stated', now ?? 'not stated'] as const],
  )
}

const recordsOf = ({ statement }: Version) => statement.subject[0]?.digest.recordCount?.toString()

const recordsWritten = ({ known }: Version) =>
  known.kind === 'transform' ? known.predicate.metadata?.recordsOutput?.toString() : undefined

function schemaOf({ known }: Version): string | undefined {
  const schema = known.kind === 'origin' ? known.predicate.schema : undefined
  return schema && [schema.format, schema.schemaDigest?.sha256 ?? schema.schemaRef].filter(Boolean).join(', ')
}
