import type { SignerFacts } from '../policy/index.ts'
import { pointersPrefix, readPointerPath, readPointerTime } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { claimedTimeOf } from './check-claims.ts'
import type { Twin } from './compare-twins.ts'
import { namesOfSubject } from './dataset-names.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { type Attestation, readAnyAttestation } from './read-attestation.ts'
import { factsOf } from './signer-facts.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'

/** A verified attestation of a dataset, cut to what its place among the others needs. */
export interface KnownVersion {
  /** The dataset's own name, and that of its location. */
  readonly names: readonly string[]
  readonly subject: string
  readonly bundle: string
  /** Two bundles of one identity are one attestation, made twice. */
  readonly identity: string
  readonly previous: { readonly subject: string; readonly bundle: string } | undefined
  readonly time: number | undefined
  /** Undefined where nobody signed it. */
  readonly signer: SignerFacts | undefined
  readonly twin: Twin
  /** Merely found by a job that read it. */
  readonly observed: boolean
}

export interface VersionHistory {
  readonly versions: ReadonlyMap<string, KnownVersion>
  /** Pointers that were not followed, because there were too many. */
  readonly unread: number
  /** There were more pointers than anybody follows, not more versions than are read: that takes no key. */
  readonly flooded: boolean
  /** Where these lead, and when they say that it was attested, in ms. */
  readonly unreadVersions: readonly { readonly bundle: string; readonly time: number }[]
}

/** Versions of one name that a verification looks at, newest pointers first; anybody can add those that nobody signed. */
const MAX_VERSIONS = 1000
/** Pointers that lead to nothing, and versions that nobody signed, cost a little each and count up to this only. */
const MAX_POINTERS = 10_000
const POINTER_WAVE = 250

/**
 * The attestations of these names that the store shows and that verify. Pointers are hints: each one
 * leads to a bundle that is verified, and counts for the names in it only.
 *
 * @see FORMATS §3 Order, §4
 */
export async function readHistory(
  store: Store,
  names: readonly string[],
  options: VerifyBundleOptions,
): Promise<VersionHistory> {
  const pointers = await listPointers(store, names)
  const versions = new Map<string, KnownVersion>()
  const read = async (places: readonly Place[]): Promise<KnownVersion[]> => {
    const attestations = await mapBounded(places, STORE_READS, (place) => readAnyAttestation(store, place, options))
    const found = attestations.flatMap((attestation) => versionOf(attestation) ?? [])
    for (const version of found) versions.set(version.bundle, version)
    return found
  }
  let followed = 0
  while (followed < Math.min(pointers.length, MAX_POINTERS) && !isFull(versions)) {
    const wave = pointers.slice(followed, followed + POINTER_WAVE)
    followed += wave.length
    await read(wave)
  }
  for (let links = missingLinks(versions.values(), versions); links.length > 0 && !isFull(versions); )
    links = missingLinks(await read(links), versions)
  const unread = pointers.slice(followed).map(({ bundle, time }) => ({ bundle, time: readPointerTime(time) }))
  return {
    versions,
    unread: unread.length,
    flooded: unread.length > 0 && followed >= MAX_POINTERS,
    unreadVersions: unread,
  }
}

function isFull(versions: ReadonlyMap<string, KnownVersion>): boolean {
  if (versions.size < MAX_VERSIONS) return false
  const signed = [...versions.values()].filter(({ signer }) => signer !== undefined).length
  return signed >= MAX_VERSIONS || versions.size >= MAX_POINTERS
}

interface Place {
  readonly subject: string
  readonly bundle: string
}

/** What versions name as their previous one and no pointer led to. */
function missingLinks(from: Iterable<KnownVersion>, versions: ReadonlyMap<string, KnownVersion>): Place[] {
  const links = [...from].flatMap(({ previous }) => previous ?? [])
  return links.filter(({ bundle }) => !versions.has(bundle)).slice(0, MAX_VERSIONS)
}

/**
 * Each place once, by the latest time that is stated for it. A pointer that gives a bundle another subject leads
 * elsewhere, and must not stand for the right one; nor may one that makes it older than its own pointer does.
 */
async function listPointers(store: Store, names: readonly string[]) {
  const places = new Map<string, { time: string; subject: string; bundle: string }>()
  for (const name of new Set(names))
    for await (const { path } of store.list(pointersPrefix(name))) {
      const place = readPointerPath(path)
      if (place === undefined) continue
      const key = `${place.subject} ${place.bundle}`
      if (place.time > (places.get(key)?.time ?? '')) places.set(key, place)
    }
  return [...places.values()].sort((a, b) => (a.time < b.time ? 1 : -1))
}

/** What an attestation is among the versions of its dataset; undefined where it was refused or is about something else. */
export function versionOf(attestation: Attestation | undefined): KnownVersion | undefined {
  if (attestation === undefined) return undefined
  const { accepted, statement, known, signer, times, level, sha256 } = attestation.report
  const [subject] = statement?.subject ?? []
  if (!accepted || !known || !subject?.digest.sha256) return undefined
  if (known.kind !== 'origin' && known.kind !== 'transform') return undefined
  const { previous } = known.predicate
  const by = factsOf(signer)
  return {
    names: namesOfSubject(subject),
    subject: subject.digest.sha256,
    bundle: sha256,
    identity: `${subject.digest.sha256} ${subject.annotations?.identity ?? sha256}`,
    previous: previous ? { subject: previous.sha256, bundle: previous.attestationDigest.sha256 } : undefined,
    time: earliest(claimedTimeOf(known), times[0]?.time),
    signer: by,
    twin: { signer: by, level, times: times.slice(0, 1), sha256 },
    observed: known.kind === 'origin' && known.predicate.origin.collectionMethod === 'observed-at-read',
  }
}

const earliest = (...times: readonly (Date | undefined)[]) => {
  const known = times.flatMap((time) => time?.getTime() ?? [])
  return known.length === 0 ? undefined : Math.min(...known)
}
