import {
  attestationPath,
  attestationsPrefix,
  type BundleForm,
  readAttestationPath,
  readInvocation,
} from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { refuted } from './check.ts'
import { actorOf } from './check-claims.ts'
import { completenessOf } from './completeness.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { isSameSigner } from './open-under-signer.ts'
import { type Attestation, readAttestation } from './read-attestation.ts'
import { type Fault, NO_STAGES, type RunBundle, type RunBundles, type RunScope, touch } from './run-bundle.ts'
import { compareStages, readRunStages } from './run-stages.ts'

/**
 * Finds and verifies every bundle that a run lists. A digest says not where the bundle lies, so it is looked for
 * where the run's own records point to: under the versions that it read and wrote, and among its stage lines.
 * Anybody can put a copy elsewhere, or other bytes under its digest: neither counts where the bundle lies in its place.
 *
 * @see FORMATS §4
 */
export async function readRunBundles(listed: readonly string[], scope: RunScope): Promise<RunBundles> {
  const wanted = new Set(listed)
  const stages = await mapBounded(scope.stages, STORE_READS, (path) => readRunStages(path, wanted, scope))
  const places = await findPlaces(wanted, scope)
  const pointed = [...stages, ...(await readDatasets(places, scope))]
  const left = without(wanted, pointed.filter(isFound))
  // Nothing said where these lie: a seal that hides what it wrote, or a run that has none yet.
  const others = left.size === 0 ? [] : await collectPlaces(scope.store, 'attestations/', left)
  const read = pointed.concat(await readDatasets(others, scope))
  const found = read.filter(isFound)
  const absent = without(wanted, found)
  const faults = read.filter((bundle) => bundle !== undefined && 'fault' in bundle).filter(({ of }) => absent.has(of))
  return {
    found,
    missing: [...without(absent, faults)],
    checks: [...faults.map(({ fault, code }) => refuted('bundles', code, 'bundles', fault)), ...compareStages(found)],
  }
}

const isFound = (bundle: RunBundle | Fault | undefined): bundle is RunBundle =>
  bundle !== undefined && 'digest' in bundle

function readDatasets(places: readonly Place[], scope: RunScope): Promise<(RunBundle | Fault | undefined)[]> {
  return mapBounded(places, STORE_READS, async (place) => {
    const attestation = await readAttestation(scope.store, place, scope.trust)
    return attestation && readDatasetBundle(attestation, scope)
  })
}

function without(wanted: ReadonlySet<string>, read: readonly (RunBundle | Fault | undefined)[]): Set<string> {
  const left = new Set(wanted)
  for (const bundle of read) if (bundle) left.delete('digest' in bundle ? bundle.digest : bundle.of)
  return left
}

type Place = { readonly subject: string; readonly bundle: string; readonly form: BundleForm }

/** Objects that are looked through for bundles which lie where no record says. */
const MAX_LISTED = 200_000

async function findPlaces(wanted: ReadonlySet<string>, { store, subjects }: RunScope): Promise<Place[]> {
  const listings = await mapBounded([...new Set(subjects)], STORE_READS, (subject) =>
    collectPlaces(store, attestationsPrefix(subject), wanted),
  )
  return listings.flat()
}

async function collectPlaces(store: Store, prefix: string, wanted: ReadonlySet<string>): Promise<Place[]> {
  const places: Place[] = []
  let listed = 0
  for await (const { path } of store.list(prefix)) {
    const place = readAttestationPath(path)
    if (place !== undefined && wanted.has(place.bundle)) places.push(place)
    if (++listed === MAX_LISTED) break
  }
  return places
}

/** Undefined where it is a copy that lies elsewhere than its own subject says. */
function readDatasetBundle(attestation: Attestation, { runId, start }: RunScope): RunBundle | Fault | undefined {
  const { path, report } = attestation
  const { sha256: of, known, statement } = report
  const [subject, ...more] = statement?.subject ?? []
  if (!report.accepted || subject?.digest.sha256 === undefined) {
    const fault = report.checks.find(({ code }) => code !== undefined)
    return { fault: `${path}: ${fault?.detail ?? 'refused'}`, of, code: fault?.code ?? 'run-misstated' }
  }
  if (path !== attestationPath(subject.digest.sha256, of, report.form)) return undefined
  if (!isSameSigner(report.signer, start.report.signer))
    return {
      fault: `${path} is signed by ${report.signer?.id ?? 'nobody'}, not by the signer of the run`,
      of,
      code: 'run-signer',
    }
  if (more.length > 0 || (known?.kind !== 'origin' && known?.kind !== 'transform'))
    return { fault: `${path} attests no dataset`, of, code: 'run-misstated' }
  const observed =
    known.kind === 'origin' &&
    known.predicate.transform === undefined &&
    known.predicate.origin.collectionMethod === 'observed-at-read'
  const invocation = readInvocation(known.predicate.metadata?.invocationId)
  if (!observed && (invocation?.runId !== runId || executorOf(known) !== start.actor))
    return { fault: `${path} is of another run`, of, code: 'run-misstated' }
  const inputs = known.kind === 'transform' ? known.predicate.inputs : []
  const { stagesRef } = known.predicate
  const version = { name: subject.name, sha256: subject.digest.sha256 }
  return {
    kind: 'dataset',
    digest: of,
    path,
    reads: observed ? [version] : inputs.map(touch),
    wrote: observed ? undefined : { subject, sha256: subject.digest.sha256 },
    observed: observed ? subject : undefined,
    inputs,
    unresolved: known.predicate.unresolvedInputs ?? [],
    reasons: reasonsOf(known),
    sources: inputs.flatMap(({ attestationRef: path, name }) => (path === undefined ? [] : [{ path, name }])),
    stagesRef: stagesRef && { path: stagesRef.ref, sha256: stagesRef.digest.sha256 },
    stages: NO_STAGES,
  }
}

function executorOf(known: Extract<Attestation['report']['known'], { kind: 'origin' | 'transform' }>) {
  return known.kind === 'transform' ? actorOf(known) : known.predicate.executor?.id
}

function reasonsOf(known: Extract<Attestation['report']['known'], { kind: 'origin' | 'transform' }>): string[] {
  const { inputs, outputs, reasons } = completenessOf(known)
  if (inputs === 'full' && outputs === 'full') return []
  return reasons.length > 0 ? reasons : ['completeness-not-stated']
}
