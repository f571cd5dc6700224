import { mayAttest, type Policy, rulesFor } from '../policy/index.ts'
import type { Subject, TransformInput } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import { locateInput } from './check-input.ts'
import { isNamed, namesOfSubject } from './dataset-names.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { readAttestation } from './read-attestation.ts'
import type { RunBundle, RunBundles, TouchedDatasets } from './run-bundle.ts'
import { factsOf } from './signer-facts.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'

/** What a run read, by all names that are known of it. */
export interface NamesRead {
  readonly names: readonly string[]
  /** Something that was read, called by a name which says not where it lies, and of which nothing else says it either. */
  readonly placeless: string | undefined
}

interface Scope {
  readonly store: Store
  readonly trust: VerifyBundleOptions
  /** Who may say where a table lies. Default: everybody whom `trust` believes. */
  readonly policy?: Policy | undefined
}

/** What is attested of something that was read; `places` where that settles where it lies. */
interface AttestedRead {
  readonly subject: Subject
  readonly places: boolean
}

/** More inputs than any run has: the rest is not followed. */
const MAX_INPUTS = 100_000

/**
 * Every name of everything that a run read: those that it states, and those of the attestations that it names for them,
 * where these verify and are of the very bytes. A view of tenant A that lies with tenant B was read from tenant B. Where it
 * lies is known only if its attestation gives a place, and, under a policy, was signed by who may attest that view.
 *
 * An input without such an attestation has the name by which the run's signer calls it. If that is a place, it is where
 * the bytes were read, and nothing more is needed to know it; a name from a catalogue says nothing of the place.
 *
 * @see docs/spec/predicates.md Run
 */
export async function readRunNames(
  { reads, unresolved }: Pick<TouchedDatasets, 'reads' | 'unresolved'>,
  { found }: Pick<RunBundles, 'found'>,
  scope: Scope,
): Promise<NamesRead> {
  const inputs = uniteInputs(found).slice(0, MAX_INPUTS)
  const own = new Map(found.map((bundle) => [bundle.path, bundle]))
  const subjects = await mapBounded(inputs, STORE_READS, (input) => findSubject(input, own, scope))
  const observed = found.flatMap((bundle) => bundle.observed ?? [])
  const attested = [
    ...observed.map((subject) => ({ stated: subject.name, subject, places: givesPlace(subject) })),
    ...inputs.flatMap(({ name }, i) => {
      const read = subjects[i]
      return read ? [{ stated: name, ...read }] : []
    }),
  ]
  const settled = attested.filter(({ places }) => places)
  const known = new Set(settled.map(({ stated, subject }) => keyOf(stated, subject.digest.sha256)))
  const stated = [...reads, ...unresolved].map(({ name }) => name)
  const placeless = reads.find(({ name, sha256 }) => !isPlace(name) && !known.has(keyOf(name, sha256 ?? undefined)))
  return {
    names: [...new Set([...stated, ...attested.flatMap(({ subject }) => namesOfSubject(subject))])],
    placeless: placeless?.name,
  }
}

const keyOf = (name: string, sha256: string | undefined) => `${name}\n${sha256 ?? ''}`

/** Whatever is no dataset, a window of a stream above all, has no place but its name. */
const isPlace = (name: string) => !name.startsWith('dataset:') || /^dataset:[A-Za-z][A-Za-z0-9+.-]*:/.test(name)

const givesPlace = (subject: Subject) => namesOfSubject(subject).some(isPlace)

function uniteInputs(found: readonly RunBundle[]): TransformInput[] {
  const all = found.flatMap(({ inputs }) => inputs)
  const byReference = all.map((input): [string, TransformInput] => {
    const { name, digest, attestationRef, attestationDigest } = input
    return [[name, digest.sha256, attestationRef, attestationDigest?.sha256].join('\n'), input]
  })
  return [...new Map(byReference).values()]
}

/** What the attestation that is named for an input says of it; undefined where there is none that is about it. */
async function findSubject(
  input: TransformInput,
  own: ReadonlyMap<string, RunBundle>,
  scope: Scope,
): Promise<AttestedRead | undefined> {
  const place = locateInput(input)
  if ('status' in place) return undefined
  const made = own.get(input.attestationRef ?? '')
  const read = made ? readOwn(made) : await readSubject(input.name, place, scope)
  return read && read.subject.digest.sha256 === input.digest.sha256 && isNamed(read.subject, input.name)
    ? read
    : undefined
}

function readOwn({ wrote, observed }: RunBundle): AttestedRead | undefined {
  const subject = wrote?.subject ?? observed
  return subject && { subject, places: givesPlace(subject) }
}

async function readSubject(
  stated: string,
  place: Parameters<typeof readAttestation>[1],
  { store, trust, policy }: Scope,
): Promise<AttestedRead | undefined> {
  const { accepted, statement, signer } = (await readAttestation(store, place, trust))?.report ?? {}
  const [subject, ...more] = statement?.subject ?? []
  if (!accepted || subject === undefined || more.length > 0) return undefined
  const entitled = policy === undefined || mayAttest(factsOf(signer), rulesFor(policy, stated), policy)
  return { subject, places: entitled && givesPlace(subject) }
}
