import { sha256Hex } from '../digest/sha256.ts'
import { decodeUtf8 } from '../encoding.ts'
import { isMakotoError, MakotoError } from '../errors.ts'
import { parseJson } from '../parse-json.ts'
import { describeIssues } from '../statement/schema-issues.ts'
import { type PolicyDocument, policyDocumentSchema } from './policy-document.ts'

/** Reads a file that a policy names, relative to the file that names it. */
export interface PolicyFiles {
  /** The place of `reference` as seen from `from`: one spelling for one file. */
  resolve(reference: string, from: string): string
  /** Refuses what is larger than `maxBytes`. */
  read(place: string, maxBytes: number): Promise<Uint8Array>
}

/** One file of a policy, with where it lies. */
export interface PolicySource {
  readonly place: string
  /** H of its bytes: reports name a policy by it. */
  readonly sha256: string
  readonly document: PolicyDocument
  /** The places of all that it extends, however far. */
  readonly extended: ReadonlySet<string>
}

const MAX_BYTES = 1 << 20
const MAX_DEPTH = 8
const MAX_SOURCES = 64

/**
 * Reads a policy and everything that it extends, those that are extended first, each file once.
 *
 * Refuses with `policy-invalid`, naming file and field, what does not follow the schema, extends itself, or is
 * deeper than 8 or more than 64 files.
 */
export async function readPolicySources(place: string, files: PolicyFiles): Promise<PolicySource[]> {
  const sources = new Map<string, PolicySource>()
  const visit = async (at: string, path: readonly string[]): Promise<void> => {
    if (path.includes(at))
      throw refuse(at, `it extends itself, through ${path.slice(path.indexOf(at) + 1).join(', ') || 'nothing else'}`)
    if (path.length >= MAX_DEPTH) throw refuse(at, `policies extend one another more than ${MAX_DEPTH} deep`)
    if (sources.has(at)) return
    const source = await readSource(at, files)
    const extended = (source.document.extends ?? []).map((reference) => files.resolve(reference, at))
    for (const next of extended) await visit(next, [...path, at])
    if (sources.size >= MAX_SOURCES) throw refuse(at, `more than ${MAX_SOURCES} files`)
    const further = extended.flatMap((next) => [...(sources.get(next)?.extended ?? [])])
    sources.set(at, { ...source, extended: new Set([...extended, ...further]) })
  }
  await visit(place, [])
  return [...sources.values()]
}

async function readSource(place: string, files: PolicyFiles): Promise<Omit<PolicySource, 'extended'>> {
  const bytes = await files.read(place, MAX_BYTES)
  const result = policyDocumentSchema.safeParse(await parsePolicyText(bytes, place))
  if (!result.success) throw refuse(place, describeIssues(result.error))
  return { place, sha256: sha256Hex(bytes), document: result.data }
}

/** YAML 1.2 without aliases, tags, doubled keys, and keys that are no text; or JSON. */
export async function parsePolicyText(bytes: Uint8Array, place: string): Promise<unknown> {
  if (bytes.length > MAX_BYTES) throw refuse(place, `${bytes.length} bytes, ${MAX_BYTES} are allowed`)
  if (place.endsWith('.json')) return readParsed(place, () => parseJson(bytes))
  // Most commands read no policy, and would wait for the 70 modules of a YAML reader.
  const { parseYaml } = await import('./parse-yaml.ts')
  return readParsed(place, () => parseYaml(decodeUtf8(bytes), (reason) => refuse(place, reason)))
}

function readParsed(place: string, parse: () => unknown): unknown {
  try {
    return parse()
  } catch (cause) {
    if (isMakotoError(cause, 'policy-invalid')) throw cause
    throw new MakotoError('policy-invalid', `${place}: not readable`, { cause })
  }
}

export function putOnce<T>(map: Map<string, T>, name: string, value: T, place: string): void {
  if (map.has(name)) throw refuse(place, `${name} is named twice`)
  map.set(name, value)
}

export const refuse = (place: string, reason: string) => new MakotoError('policy-invalid', `${place}: ${reason}`)
