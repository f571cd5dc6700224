/** What the attestations say, read from the bundles that the page carries: shown as said until they are verified here. */
import {
  type ChainNode,
  isMakotoError,
  type KnownStatement,
  parseBundle,
  parseStatement,
  readAttestationPath,
  readPredicate,
  type Statement,
  type Store,
  sha256Hex,
} from '@makoto/core/verify'

const MAX_BYTES = 16 * 1024 * 1024

export interface Version {
  readonly path: string
  readonly bundle: string
  readonly statement: Statement
  readonly known: KnownStatement
}

export interface DatasetFacts {
  readonly node: ChainNode
  /** Undefined where the attestation did not travel along, or cannot be read. */
  readonly version: Version | undefined
}

/** One execution, with everything that it made. */
export interface JobFacts {
  readonly id: string
  readonly title: string
  readonly outputs: readonly DatasetFacts[]
}

export async function readVersion(store: Store, path: string): Promise<Version | undefined> {
  const place = readAttestationPath(path)
  return (
    place &&
    orUnreadable(async () => {
      const bytes = await store.get(path, { maxBytes: MAX_BYTES })
      // What was altered on the way says nothing: the card falls back to the report.
      if (bytes === undefined || sha256Hex(bytes) !== place.bundle) return undefined
      const payload = place.form === 'intoto' ? bytes : parseBundle(bytes).payload
      const statement = parseStatement(payload)
      return { path, bundle: place.bundle, statement, known: readPredicate(statement) }
    })
  )
}

/** What a page carries and nobody can read is shown as if it were not there: whether that is right, verifying says. */
export async function orUnreadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (isMakotoError(error)) return undefined
    throw error
  }
}

export async function readDatasets(store: Store, chain: readonly ChainNode[]): Promise<DatasetFacts[]> {
  return Promise.all(chain.map(async (node) => ({ node, version: await readVersion(store, node.reference) })))
}

/** Several outputs of one execution are one job. */
export function findJobs(datasets: readonly DatasetFacts[]): JobFacts[] {
  const jobs = new Map<string, DatasetFacts[]>()
  for (const dataset of datasets) {
    const id = jobIdOf(dataset)
    if (id !== undefined) jobs.set(id, [...(jobs.get(id) ?? []), dataset])
  }
  return [...jobs].map(([id, outputs]) => ({ id, title: titleOf(outputs), outputs }))
}

export function jobIdOf({ node, version }: DatasetFacts): string | undefined {
  const known = version?.known
  const invocation = known?.kind === 'transform' ? known.predicate.metadata?.invocationId : undefined
  if (node.transform === undefined) return undefined
  return invocation === undefined ? `bundle ${node.bundle}` : `invocation ${invocation}`
}

function titleOf([first]: readonly DatasetFacts[]): string {
  const transform = first?.node.transform
  return transform?.name || transform?.type.split('/').at(-1) || 'job'
}
