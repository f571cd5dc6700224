import type { Store } from '../store/store.ts'
import type { Chain, Edge, Node, PreviousEdge } from './chain.ts'
import {
  countFiles,
  cutInput,
  cutLists,
  needsLists,
  placeOf,
  type Reference,
  referencesOf,
} from './chain-references.ts'
import { refuted, skipped } from './check.ts'
import { checkInput } from './check-input.ts'
import { openObservationCheck } from './check-observed.ts'
import { checkPrevious } from './check-previous.ts'
import { checkReread } from './check-reread.ts'
import { checkStages } from './check-stages.ts'
import { checkStated } from './check-state.ts'
import { openStreamCheck } from './check-stream.ts'
import { findCycle } from './find-cycle.ts'
import { groupBy } from './group-by.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { type Attestation, readAnyAttestation, readAttestation } from './read-attestation.ts'
import type { Check } from './report.ts'
import { summarizeStages } from './summarize-stages.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'

export interface ChainLimits {
  /** Attestations in a chain. Default 10,000. */
  readonly maxNodes?: number | undefined
  /** Bytes of them together, with their stages. Default 1 GiB. */
  readonly maxBytes?: number | undefined
  /** Bytes of those that wait in full for their turn; what is beyond is read again. Default 32 MiB. */
  readonly maxWaitingBytes?: number | undefined
}

export interface WalkOptions {
  readonly store: Store
  readonly trust: VerifyBundleOptions
  readonly skewMs: number
  readonly limits?: ChainLimits
}

/** Attestations whose references are followed together, and whose upstream ones are read together. */
const WAVE = 64
const BATCH = 64

/**
 * Follows a dataset's inputs back to the origins, in the caller's store only, each attestation read and
 * verified once however often it is an input. Where a version kept files of the one before it, that one is
 * followed too. What was compared is let go: memory is that of the graph, not of what the statements list.
 *
 * @see L2.V.8, L2.V.9, FORMATS §3 References, Order
 */
export async function walkInputs(root: Attestation, options: WalkOptions): Promise<Chain> {
  const walk = startWalk(root, options)
  while (walk.waiting.length > 0 && walk.overflow === undefined) await followWave(walk, walk.waiting.splice(0, WAVE))
  const nodes = [...walk.nodes.values()]
  return { nodes, checks: walk.overflow ? [walk.overflow] : findCycle(nodes) }
}

type Draft = { -readonly [Field in keyof Node]: Node[Field] }

interface Waiting {
  readonly node: Draft
  /** Undefined where it was let go. */
  readonly whole: Attestation | undefined
}

interface Walk {
  readonly options: WalkOptions
  readonly nodes: Map<string, Draft>
  readonly waiting: Waiting[]
  readonly checkObservation: ReturnType<typeof openObservationCheck>
  readonly checkStream: ReturnType<typeof openStreamCheck>
  waitingBytes: number
  bytes: number
  overflow: Check | undefined
}

function startWalk(root: Attestation, options: WalkOptions): Walk {
  const { store, trust, skewMs } = options
  const walk: Walk = {
    options,
    nodes: new Map(),
    waiting: [],
    checkObservation: openObservationCheck(store, trust),
    checkStream: openStreamCheck(store, { trust, skewMs }),
    waitingBytes: 0,
    bytes: 0,
    overflow: undefined,
  }
  admit(walk, root, 0)
  return walk
}

function admit(walk: Walk, whole: Attestation, depth: number): void {
  const node: Draft = {
    depth,
    attestation: cutLists(whole),
    files: countFiles(whole),
    inputs: [],
    previous: undefined,
    stages: undefined,
    checks: [],
  }
  const { maxWaitingBytes = 32 * 1024 * 1024 } = walk.options.limits ?? {}
  walk.nodes.set(whole.report.sha256, node)
  countBytes(walk, whole.bytes)
  const keeps = walk.waitingBytes + whole.bytes <= maxWaitingBytes
  if (keeps) walk.waitingBytes += whole.bytes
  walk.waiting.push({ node, whole: keeps ? whole : undefined })
}

function countBytes(walk: Walk, bytes: number): void {
  const { maxBytes = 2 ** 30 } = walk.options.limits ?? {}
  walk.bytes += bytes
  if (walk.bytes > maxBytes) walk.overflow = tooLarge(`more than ${maxBytes} bytes of attestations`)
}

const tooLarge = (detail: string) => refuted('chain', 'chain-too-large', 'chain', detail)

/** A reference of one attestation, with what came of it. */
interface Slot {
  readonly reference: Reference
  readonly from: Attestation
  readonly depth: number
  answer: PreviousEdge | undefined
}

async function followWave(walk: Walk, wave: readonly Waiting[]): Promise<void> {
  const wholes = await mapBounded(wave, STORE_READS, (waiting) => wholeOf(walk, waiting))
  for (const { whole } of wave) walk.waitingBytes -= whole?.bytes ?? 0
  const slots = wholes.map((from, i) =>
    referencesOf(from).map(
      (reference): Slot => ({ reference, from, depth: wave[i]?.node.depth ?? 0, answer: undefined }),
    ),
  )
  await readUpstream(walk, slots.flat())
  await mapBounded(slots.flat(), STORE_READS, (slot) => settle(walk, slot))
  await mapBounded(wholes, STORE_READS, (whole, i) => describe(walk, whole, wave[i]?.node, slots[i] ?? []))
}

async function wholeOf({ options }: Walk, { node, whole }: Waiting): Promise<Attestation> {
  const { statement, sha256: bundle } = node.attestation.report
  const subject = statement?.subject[0]?.digest.sha256
  if (whole !== undefined || subject === undefined) return whole ?? node.attestation
  return (await readAnyAttestation(options.store, { subject, bundle }, options.trust)) ?? node.attestation
}

/** Reads what is referred to and not known yet, and judges each reference to it while it is whole. */
async function readUpstream(walk: Walk, slots: readonly Slot[]): Promise<void> {
  const open = groupBy(slots, ({ reference }) => placeOf(reference)?.bundle)
  open.delete(undefined)
  const bundles = [...open.keys()].filter((bundle) => bundle !== undefined && !walk.nodes.has(bundle))
  for (let at = 0; at < bundles.length && walk.overflow === undefined; at += BATCH) {
    const batch = chooseWithin(
      walk,
      bundles.slice(at, at + BATCH).map((bundle) => open.get(bundle) ?? []),
    )
    const found = await mapBounded(batch, STORE_READS, (group) => readReferred(walk, group))
    for (const [i, upstream] of found.entries()) {
      const group = batch[i] ?? []
      // A version before this one that is refused vouches for nothing; an input that is refused is a contradiction.
      if (upstream && (upstream.report.accepted || group.some(isInput)))
        admit(walk, upstream, (group[0]?.depth ?? 0) + 1)
    }
    await mapBounded(batch, STORE_READS, async (group, i) => {
      for (const slot of group) slot.answer = await judge(walk, slot, found[i])
    })
  }
}

const isInput = ({ reference }: Slot) => reference.kind === 'input'

/** Inputs have to fit into the chain; of versions before, as many as still do. */
function chooseWithin(walk: Walk, groups: readonly Slot[][]): Slot[][] {
  const { maxNodes = 10_000 } = walk.options.limits ?? {}
  const room = maxNodes - walk.nodes.size
  const needed = groups.filter((group) => group.some(isInput))
  if (needed.length > room) {
    walk.overflow = tooLarge(`more than ${maxNodes} attestations`)
    return []
  }
  const others = groups.filter((group) => !group.some(isInput))
  for (const slot of others.slice(room - needed.length).flat())
    slot.answer = {
      bundle: undefined,
      check: skipped('previous', 'files of earlier versions', `not followed beyond ${maxNodes} attestations`),
    }
  return [...needed, ...others.slice(0, room - needed.length)]
}

async function readReferred({ options }: Walk, [slot]: readonly Slot[]): Promise<Attestation | undefined> {
  const place = slot && placeOf(slot.reference)
  if (place === undefined) return undefined
  return 'form' in place
    ? readAttestation(options.store, place, options.trust)
    : readAnyAttestation(options.store, place, options.trust)
}

/** What is left: references that lead nowhere, and those to what the chain knows already. */
async function settle(walk: Walk, slot: Slot): Promise<void> {
  if (slot.answer !== undefined) return
  const place = placeOf(slot.reference)
  const known = place && walk.nodes.get(place.bundle)
  const upstream =
    known && place && needsLists(slot.reference)
      ? await readAnyAttestation(walk.options.store, place, walk.options.trust)
      : known?.attestation
  slot.answer = await judge(walk, slot, upstream)
}

async function judge(walk: Walk, { reference, from }: Slot, upstream: Attestation | undefined): Promise<PreviousEdge> {
  const { store, skewMs } = walk.options
  const [{ time } = { time: undefined }] = from.report.times
  if (reference.kind === 'previous') {
    const check = await checkPrevious(reference.addition, upstream, { store, time, skewMs })
    return { bundle: upstream?.report.accepted ? upstream.report.sha256 : undefined, check }
  }
  const { place, input } = reference
  if (!('bundle' in place)) return { bundle: undefined, check: place }
  if (upstream === undefined)
    return { bundle: undefined, check: skipped('input', `input ${input.name}`, 'its attestation is not in this store') }
  return { bundle: upstream.report.sha256, check: await checkInput(input, upstream, { time, store, skewMs }) }
}

async function describe(
  walk: Walk,
  whole: Attestation,
  node: Draft | undefined,
  slots: readonly Slot[],
): Promise<void> {
  if (node === undefined) return
  const stages = await checkStages(whole, walk.options)
  const answers = [
    checkReread(node.attestation, whole),
    checkStated(whole),
    stages?.check,
    await walk.checkObservation(whole),
    await walk.checkStream(whole),
  ]
  countBytes(walk, stages?.bytes ?? 0)
  node.stages = stages && stages.lines.length > 0 ? summarizeStages(stages) : undefined
  node.checks = answers.filter((check) => check !== undefined)
  node.inputs = slots.flatMap(({ reference, answer }): Edge[] =>
    answer && reference.kind === 'input' ? [{ input: cutInput(reference.input), ...answer }] : [],
  )
  node.previous = slots.find(({ reference }) => reference.kind === 'previous')?.answer
}
