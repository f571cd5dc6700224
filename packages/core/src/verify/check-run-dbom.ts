import { isMakotoError } from '../errors.ts'
import { type Dbom, PREDICATE } from '../statement/index.ts'
import { runDbomPath } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { passed, plural, refuted, skipped } from './check.ts'
import { actorOf } from './check-claims.ts'
import type { RunChain } from './check-run-records.ts'
import { isSameSigner } from './open-under-signer.ts'
import { MAX_BUNDLE_BYTES } from './read-attestation.ts'
import type { Check } from './report.ts'
import type { RunBundle } from './run-bundle.ts'
import { type VerifyBundleOptions, verifyBundle } from './verify-bundle.ts'

/**
 * Whether the run's bill of materials, where there is one, is of this seal, by the run's signer, and names the
 * datasets that the run's attestations made and the ones that they were made from, no other. Its path holds no digest, so anything may lie there.
 *
 * @see docs/spec/predicates.md Run
 */
export async function checkRunDbom(
  store: Store,
  { records: [start], seal }: RunChain,
  {
    found,
    trust,
    runId,
  }: { readonly found: readonly RunBundle[]; readonly trust: VerifyBundleOptions; readonly runId: string },
): Promise<Check> {
  const bytes = start && seal && (await readDbom(store, runDbomPath(runId, start.report.form)))
  if (bytes === undefined || start === undefined || seal === undefined)
    return skipped('dbom', 'bill of materials', 'there is none of this run in this store')
  const refuse = (detail: string) => refuted('dbom', 'run-misstated', 'bill of materials', detail)
  const { accepted, known, statement, signer } = verifyBundle(bytes, trust)
  const [subject] = statement?.subject ?? []
  const pass = (detail: string) => skipped('dbom', 'bill of materials', detail)
  // What nobody whom the caller trusts has signed says nothing, either way.
  if (!accepted || known === undefined || !isSameSigner(signer, start.report.signer))
    return pass('what lies in its place is not signed by the signer of the run')
  // Nor does a copy of something else that this signer wrote: anybody can put it there, and before the run ends.
  if (known.kind !== 'dbom' || statement?.predicateType !== PREDICATE.dbom || subject?.name !== `run:${runId}`)
    return pass('what lies in its place is not about this run')
  if (actorOf(known) !== start.actor) return refuse('it is not by the one who states the run')
  if (subject.digest.sha256 !== seal.subject) return refuse('it is not of this seal')
  const shortened = seal.record.gaps?.some(({ reason }) => reason === 'dbom-incomplete') ?? false
  const stated = known.predicate.transformations.map(({ attestationRef }) => attestationRef)
  const all = new Set([...stated, ...known.predicate.sources.map(({ attestationRef }) => attestationRef)])
  const made = found.filter(({ wrote }) => wrote !== undefined).map(({ path }) => path)
  const fault = faultOfTransformations(known.predicate, found) ?? faultOfSources(known.predicate, found)
  if (fault !== undefined) return refuse(fault)
  const leftOut = made.find((path) => !all.has(path))
  if (leftOut !== undefined && !shortened) return refuse(`it leaves out ${leftOut}`)
  return passed('dbom', 'bill of materials', `${plural(stated.length, 'transformation')}, as attested`)
}

/** Each is what an attestation of the run says: made of these, and nothing else. */
function faultOfTransformations({ transformations }: Dbom, found: readonly RunBundle[]): string | undefined {
  const made = new Map(found.filter(({ wrote }) => wrote !== undefined).map((bundle) => [bundle.path, bundle]))
  for (const { attestationRef = '', inputs, outputs } of transformations) {
    const bundle = made.get(attestationRef)
    if (bundle === undefined) return `it names ${attestationRef}, which the run did not make`
    if (!isSameSet(outputs, [bundle.wrote?.subject.name ?? '']))
      return `it gives ${attestationRef} another output than it has`
    const reads = bundle.reads.map(({ name }) => name)
    if (!isSameSet(inputs, reads)) return `it gives ${attestationRef} other inputs than it has`
  }
  return undefined
}

/** A source is what an attestation of the run names as its input, or an origin that the run made. */
function faultOfSources({ sources }: Dbom, found: readonly RunBundle[]): string | undefined {
  const made = found.flatMap(({ path, wrote }) => (wrote ? [`${path} ${wrote.subject.name}`] : []))
  const read = found.flatMap((bundle) => bundle.sources.map(({ path, name }) => `${path} ${name}`))
  const known = new Set([...made, ...read])
  const stray = sources.find(({ attestationRef, name }) => !known.has(`${attestationRef} ${name}`))
  return stray && `it names ${stray.name} as a source, which no attestation of the run does`
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)]
  return left.size === right.size && [...left].every((entry) => right.has(entry))
}

async function readDbom(store: Store, path: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(path, { maxBytes: MAX_BUNDLE_BYTES })
  } catch (error) {
    if (isMakotoError(error, 'limit-exceeded')) return undefined
    throw error
  }
}
