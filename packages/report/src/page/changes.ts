import { formatCount, readFileList, type Store } from '@makoto/core/verify'
import { orUnreadable, type Version } from './facts.ts'
import { whenOf } from './words.ts'

export interface Change {
  /** Undefined where a list of files did not travel along. */
  readonly files:
    | { readonly added: string[]; readonly removed: string[]; readonly altered: string[]; readonly same: number }
    | undefined
  readonly inputs: { readonly added: string[]; readonly removed: string[]; readonly altered: string[] }
  /** What both state, and whether it is the same. */
  readonly rows: readonly ChangeRow[]
}

export interface ChangeRow {
  readonly label: string
  readonly before: string
  readonly now: string
}

/** What became of a dataset between two versions: its files, how it was made, and of what. */
export async function compareVersions(store: Store, before: Version, after: Version): Promise<Change> {
  const [old, now] = await Promise.all([readFiles(store, before), readFiles(store, after)])
  return {
    files: old && now && compare(old, now),
    inputs: compare(readInputs(before), readInputs(after)),
    rows: compareFacts(before, after),
  }
}

/** From a list whose digest is that of the subject, or not at all. */
async function readFiles(store: Store, { statement, known }: Version): Promise<Map<string, string> | undefined> {
  const sha256 = statement.subject[0]?.digest.sha256
  if ((known.kind !== 'origin' && known.kind !== 'transform') || sha256 === undefined) return undefined
  const entries = await orUnreadable(() => readFileList(store, sha256, known.predicate))
  return entries && new Map(entries.map((entry) => [entry.path, entry.sha256]))
}

function readInputs({ known }: Version): Map<string, string> {
  const inputs = known.kind === 'transform' ? known.predicate.inputs : []
  const unresolved =
    known.kind === 'origin' || known.kind === 'transform' ? (known.predicate.unresolvedInputs ?? []) : []
  return new Map([
    ...unresolved.map(({ name, reason }) => [name, `not resolved: ${reason}`] as const),
    ...inputs.map(({ name, digest }) => [name, digest.sha256] as const),
  ])
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

function compareFacts(before: Version, after: Version): ChangeRow[] {
  const [old, now] = [listFacts(before), listFacts(after)]
  return [...new Set([...now.keys(), ...old.keys()])].map((label) => ({
    label,
    before: old.get(label) ?? 'not stated',
    now: now.get(label) ?? 'not stated',
  }))
}

type Known<Kind> = Extract<Version['known'], { readonly kind: Kind }>
type Origin = Known<'origin'>['predicate']
type Transform = Known<'transform'>['predicate']
type Fact = readonly [label: string, text: string | undefined]

/** What a person compares of two versions, in one order: the data, then where it came from, then who made it and how. */
function listFacts({ statement, known }: Version): Map<string, string> {
  const [subject] = statement.subject
  const recordCount = subject?.digest.recordCount
  const facts: Fact[] = [
    ['attested as', known.kind],
    ['digest', subject?.digest.sha256],
    ['records', recordCount === undefined ? undefined : formatCount(recordCount)],
    ...(known.kind === 'origin' ? listOrigin(known.predicate) : []),
    ...(known.kind === 'origin' || known.kind === 'transform' ? listWork(known.predicate) : []),
    ...(known.kind === 'transform' ? listResult(known.predicate) : []),
  ]
  return new Map(facts.flatMap(([label, text]) => (text ? [[label, text] as const] : [])))
}

function listOrigin({ origin, collector, schema }: Origin): Fact[] {
  return [
    ['came from', origin.source],
    ['collected by', collector.id],
    ['collector versions', tellVersions(collector.version)],
    ['schema', schema && [schema.format, schema.schemaDigest?.sha256 ?? schema.schemaRef].filter(Boolean).join(', ')],
  ]
}

function listWork({ transform, executor, completeness }: Origin | Transform): Fact[] {
  const { uri, commit, path, digest } = transform?.codeRef ?? {}
  const { inputs, outputs, reasons = [] } = completeness ?? {}
  return [
    ['transform', transform?.name],
    ['transform type', transform?.type],
    ['transform version', transform?.version],
    ['description', transform?.description],
    ['parameters', transform?.parameters && JSON.stringify(transform.parameters)],
    ['code', [uri, commit, path, digest?.sha256].filter(Boolean).join(' ')],
    ['executor', executor?.id],
    ['platform', executor?.platform],
    ['executor versions', tellVersions(executor?.version)],
    ['environment', executor?.environment],
    ['complete', completeness && [`inputs ${inputs}, outputs ${outputs}`, ...reasons].join(', ')],
  ]
}

function listResult({ metadata }: Transform): Fact[] {
  return [
    ['records read', metadata?.recordsInput?.toString()],
    ['records written', metadata?.recordsOutput?.toString()],
    ['bytes written', metadata?.bytesOutput?.toString()],
    ['ended', metadata?.finishedOn && whenOf(metadata.finishedOn)],
  ]
}

const tellVersions = (versions: Readonly<Record<string, string>> | undefined) =>
  versions &&
  Object.entries(versions)
    .map((pair) => pair.join(' '))
    .sort()
    .join(', ')
