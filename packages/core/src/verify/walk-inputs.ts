import type { Chain, Edge, PreviousEdge } from './chain.ts'
import { notFollowed, tooLarge } from './chain-limits.ts'
import { cutInput, needsLists, placeOf, type Reference, referencesOf } from './chain-references.ts'
import { skipped } from './check.ts'
import { checkInput } from './check-input.ts'
import { checkPrevious } from './check-previous.ts'
import { checkReread } from './check-reread.ts'
import { checkStages } from './check-stages.ts'
import { checkStated } from './check-state.ts'
import { findCycle } from './find-cycle.ts'
import { groupBy } from './group-by.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { type Attestation, readAnyAttestation, readAttestation } from './read-attestation.ts'
import { summarizeStages } from './summarize-stages.ts'
import { admit, countBytes, type Draft, startWalk, type Waiting, type Walk } from './walk.ts'
import type { WalkOptions } from './walk-options.ts'

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

/** Reads what is not known yet, and judges each reference to it while it is whole. */
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
      if (upstream === undefined || !(upstream.report.accepted || group.some(isInput))) continue
      if (isEarlier(walk, group)) walk.earlier.add(upstream.report.sha256)
      admit(walk, upstream, (group[0]?.depth ?? 0) + 1)
    }
    await mapBounded(batch, STORE_READS, async (group, i) => {
      for (const slot of group) slot.answer = await judge(walk, slot, found[i])
    })
  }
}

const isInput = ({ reference }: Slot) => reference.kind === 'input'

/** What it is made from has to fit; of earlier versions, and of what these were made from, as much as fits beside it. */
function chooseWithin(walk: Walk, groups: readonly Slot[][]): Slot[][] {
  const { maxNodes } = walk.limits
  const needed = groups.filter((group) => !isEarlier(walk, group))
  const others = groups.filter((group) => isEarlier(walk, group))
  if (walk.nodes.size - walk.earlier.size + needed.length > maxNodes) {
    walk.overflow = tooLarge(`${maxNodes} attestations`)
    return []
  }
  const { beyond = `${maxNodes} attestations` } = walk
  const room = walk.beyond === undefined ? Math.max(0, maxNodes - walk.nodes.size - needed.length) : 0
  for (const slot of others.slice(room).flat()) slot.answer = notFollowed(slot.reference, beyond)
  return [...needed, ...others.slice(0, room)]
}

/** Whether these lead to earlier versions only, or to what such versions were made from. */
const isEarlier = ({ earlier }: Walk, group: readonly Slot[]) =>
  group.every(({ reference, from }) => reference.kind === 'previous' || earlier.has(from.report.sha256))

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
  countBytes(walk, stages?.bytes ?? 0, whole)
  node.stages = stages && stages.lines.length > 0 ? summarizeStages(stages) : undefined
  node.checks = answers.filter((check) => check !== undefined)
  node.inputs = slots.flatMap(({ reference, answer }): Edge[] =>
    answer && reference.kind === 'input' ? [{ input: cutInput(reference.input), ...answer }] : [],
  )
  node.previous = slots.find(({ reference }) => reference.kind === 'previous')?.answer
}
