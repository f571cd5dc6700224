import { mayAttest, type Policy, rulesFor } from '../policy/index.ts'
import { type PreviousWindow, readPreviousWindow, type Subject } from '../statement/index.ts'
import { pointersPrefix, readPointerPath } from '../store/layout.ts'
import type { Store } from '../store/store.ts'
import { ATTESTATION_REQUIREMENTS, type Status, statusOfRow } from '../trust/levels.ts'
import { firstRefutation } from './check.ts'
import { compareTwins } from './compare-twins.ts'
import { groupBy } from './group-by.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { type Attestation, readAnyAttestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import { factsOf } from './signer-facts.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'

/** One window of a stream, by an attestation that was accepted. */
export interface StreamWindow {
  /** The subject's name: `stream:<id>:<window>`. */
  readonly id: string
  readonly sha256: string
  readonly bundle: string
  /** All bundles that attest it, this one among them. */
  readonly twins: readonly string[]
  readonly reference: string
  readonly root: string
  readonly type: string
  readonly previous: PreviousWindow | undefined
  /** How many windows are said to stand before it. */
  readonly chainLength: number | undefined
  readonly genesis: string | undefined
  readonly start: number | undefined
  readonly end: number | undefined
  /** The verified time. */
  readonly time: Date | undefined
  readonly signer: string | undefined
  readonly level: Attestation['report']['level']
  /** What keeps it from the next level, where that is 1 or 2. */
  readonly doubt: string | undefined
}

export interface StreamWindows {
  readonly windows: readonly StreamWindow[]
  /** Attestations that a pointer led to and that say something else than they should. */
  readonly faults: readonly string[]
  /** The first thing wrong with each attestation that a pointer led to and that was refused. */
  readonly refused: readonly (Check & { readonly path: string })[]
  /** Pointers that were not followed, because there were too many. */
  readonly unread: number
}

const MAX_WINDOWS = 100_000

/** `stream:<id>`, of an id with or without its prefix. */
export const streamName = (stream: string) => (stream.startsWith('stream:') ? stream : `stream:${stream}`)

/**
 * The windows that the store's pointers under `stream:<id>` lead to and that verify. Two bundles of the same
 * window with the same root are one window, attested twice, and the better of them stands for it. Under a policy, a window
 * counts where its signer may attest it, unless there is no such window.
 *
 * @see FORMATS §4, docs/spec/predicates.md Stream window
 */
export async function readStreamWindows(
  store: Store,
  stream: string,
  options: VerifyBundleOptions,
  policy?: Policy,
): Promise<StreamWindows> {
  const { places, unread } = await listPlaces(store, streamName(stream))
  const refused: (Check & { path: string })[] = []
  const found = await mapBounded(places, STORE_READS, async (place): Promise<Found | undefined> => {
    const attestation = await readAnyAttestation(store, place, options)
    if (attestation === undefined) return undefined
    const { report, path } = attestation
    const fault = firstRefutation(report.checks)
    if (fault) refused.push({ ...fault, path })
    return { window: readWindow(attestation, streamName(stream)), report }
  })
  const heard = hearStream(found, streamName(stream), policy)
  const faults = heard.flatMap(({ window, report }) => (typeof window === 'string' && report.signer ? [window] : []))
  const windows = chooseTwins(heard)
  // Anybody can write what nobody signed: it says nothing against what somebody did.
  const signed = windows.filter(({ signer }) => signer !== undefined)
  return { windows: signed.length > 0 ? signed : windows, faults, refused, unread }
}

interface Found {
  readonly window: StreamWindow | string | undefined
  readonly report: Attestation['report']
}

/** Without what keys sign that are trusted for something else, where the stream has windows of those who may attest them. */
function hearStream(found: readonly (Found | undefined)[], stream: string, policy: Policy | undefined): Found[] {
  const all = found.filter((one) => one !== undefined)
  const heard = all.filter(({ report }) => report.signer === undefined || mayState(report, stream, policy))
  return heard.some(({ window, report }) => typeof window === 'object' && report.signer) ? heard : all
}

/** Whether the policy lets its signer attest the windows of the stream that it is about. */
function mayState({ statement, signer }: Attestation['report'], stream: string, policy: Policy | undefined): boolean {
  if (policy === undefined) return true
  const names = (statement?.subject ?? []).map(({ name }) => name).filter((name) => name.startsWith(`${stream}:`))
  return names.length > 0 && mayAttest(factsOf(signer), rulesFor(policy, ...names), policy)
}

function chooseTwins(found: readonly Found[]): StreamWindow[] {
  const read = found.flatMap(({ window, report }) => (typeof window === 'object' ? [{ window, report }] : []))
  const groups = groupBy(read, ({ window: { id, root } }) => `${id}\n${root}`)
  return [...groups.values()].flatMap((group) => {
    const twins = group.toSorted((a, b) => compareTwins(a.report, b.report)).map(({ window }) => window)
    const [best] = twins
    return best ? [{ ...best, twins: twins.map(({ bundle }) => bundle) }] : []
  })
}

async function listPlaces(store: Store, name: string) {
  const places = new Map<string, { subject: string; bundle: string }>()
  let unread = 0
  for await (const { path } of store.list(pointersPrefix(name))) {
    const place = readPointerPath(path)
    if (place === undefined) continue
    // A pointer that gives a bundle another subject leads elsewhere, and must not stand for the right one.
    const key = `${place.subject} ${place.bundle}`
    if (places.size === MAX_WINDOWS && !places.has(key)) unread += 1
    else places.set(key, place)
  }
  return { places: [...places.values()], unread }
}

/** Undefined where it was refused or is about something else; a string where it contradicts itself. */
export function readWindow({ path, report }: Attestation, stream: string): StreamWindow | string | undefined {
  const { accepted, statement, known, times, level } = report
  const [subject, ...more] = statement?.subject ?? []
  if (!accepted || known?.kind !== 'streamWindow' || subject?.digest.sha256 === undefined) return undefined
  const { stream: named, window, integrity } = known.predicate
  if (streamName(named.id) !== stream) return undefined
  const { root } = integrity.merkleTree
  if (more.length > 0 || !subject.name.startsWith(`${stream}:`)) return `${path} is not about one window of ${stream}`
  if (subject.digest.merkleRoot !== undefined && subject.digest.merkleRoot !== root)
    return `${path} gives two roots for ${subject.name}`
  return {
    id: subject.name,
    sha256: subject.digest.sha256,
    bundle: report.sha256,
    twins: [report.sha256],
    reference: path,
    root,
    type: window.type,
    previous: readPreviousWindow(known.predicate),
    chainLength: countOf(integrity.chain?.chainLength),
    genesis: integrity.chain?.genesisWindowId,
    start: timeOf(subject, 'windowStart'),
    end: timeOf(subject, 'windowEnd'),
    time: times[0]?.time,
    signer: report.signer?.id,
    level,
    doubt: findDoubt(report),
  }
}

function findDoubt({ level, checks }: Attestation['report']): string | undefined {
  const open = (status: Status) => status !== 'pass' && status !== 'not-applicable'
  const row = ATTESTATION_REQUIREMENTS.find(
    (row) => row.gates && level < 2 && row.level === level + 1 && open(statusOfRow(row, checks)),
  )
  const check = checks.find(({ id, status }) => id === row?.check && open(status))
  return row && `${row.id}, ${check?.detail ?? row.text}`
}

const countOf = (count: string | number | undefined) => (count === undefined ? undefined : Number(count))

function timeOf({ digest }: Subject, field: 'windowStart' | 'windowEnd'): number | undefined {
  const time = Date.parse(String(digest[field]))
  return Number.isNaN(time) ? undefined : time
}
