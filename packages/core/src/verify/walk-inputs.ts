import type { TransformInput } from '../statement/index.ts'
import type { Store } from '../store/store.ts'
import type { Chain, Node } from './chain.ts'
import { refuted, skipped } from './check.ts'
import { checkInput, type InputPlace, locateInput } from './check-input.ts'
import { findCycle } from './find-cycle.ts'
import { mapBounded, STORE_READS } from './map-bounded.ts'
import { type Attestation, readAttestation } from './read-attestation.ts'
import type { VerifyBundleOptions } from './verify-bundle.ts'

export interface ChainLimits {
  /** Attestations in a chain. Default 10,000. */
  readonly maxNodes?: number | undefined
  /** Bytes of them together. Default 1 GiB. */
  readonly maxBytes?: number | undefined
}

/**
 * Follows a dataset's inputs back to the origins, in the caller's store only, each attestation read and
 * verified once however often it is an input.
 *
 * @see L2.V.8, L2.V.9, FORMATS §3 References
 */
export async function walkInputs(
  root: Attestation,
  {
    store,
    trust,
    skewMs,
    limits = {},
  }: { store: Store; trust: VerifyBundleOptions; skewMs: number; limits?: ChainLimits },
): Promise<Chain> {
  const { maxNodes = 10_000, maxBytes = 2 ** 30 } = limits
  const nodes = new Map<string, Node>([[root.report.sha256, { depth: 0, attestation: root, inputs: [] }]])
  let bytes = root.bytes
  for (let wave = [...nodes.values()]; wave.length > 0; ) {
    const places = newPlaces(wave, nodes)
    if (nodes.size + places.length > maxNodes) return tooLarge(nodes, `more than ${maxNodes} attestations`)
    const found = await mapBounded(places, STORE_READS, (place) => readAttestation(store, place, trust))
    const next = found.flatMap((attestation): Node[] =>
      attestation ? [{ depth: (wave[0]?.depth ?? 0) + 1, attestation, inputs: [] }] : [],
    )
    for (const node of next) nodes.set(node.attestation.report.sha256, node)
    bytes += next.reduce((sum, node) => sum + node.attestation.bytes, 0)
    if (bytes > maxBytes) return tooLarge(nodes, `more than ${maxBytes} bytes of attestations`)
    await mapBounded(wave, STORE_READS, (node) => judgeInputs(node, nodes, { store, skewMs }))
    wave = next
  }
  const chain = [...nodes.values()]
  return { nodes: chain, checks: findCycle(chain) }
}

/** The inputs of an attestation that was accepted; a refused one says nothing. */
export function inputsOf({ report }: Attestation): readonly TransformInput[] {
  return report.accepted && report.known?.kind === 'transform' ? report.known.predicate.inputs : []
}

function newPlaces(wave: readonly Node[], known: ReadonlyMap<string, Node>): InputPlace[] {
  const places = new Map<string, InputPlace>()
  for (const { attestation } of wave)
    for (const input of inputsOf(attestation)) {
      const place = locateInput(input)
      if ('bundle' in place && !known.has(place.bundle)) places.set(place.bundle, place)
    }
  return [...places.values()]
}

async function judgeInputs(
  { attestation, inputs }: Node,
  nodes: ReadonlyMap<string, Node>,
  { store, skewMs }: { store: Store; skewMs: number },
): Promise<void> {
  const time = attestation.report.times[0]?.time
  for (const input of inputsOf(attestation)) {
    const place = locateInput(input)
    const upstream = 'bundle' in place ? nodes.get(place.bundle)?.attestation : undefined
    const check =
      'bundle' in place
        ? upstream === undefined
          ? skipped('input', `input ${input.name}`, 'its attestation is not in this store')
          : await checkInput(input, upstream, { time, store, skewMs })
        : place
    inputs.push({ input, bundle: upstream?.report.sha256, check })
  }
}

function tooLarge(nodes: ReadonlyMap<string, Node>, detail: string): Chain {
  return { nodes: [...nodes.values()], checks: [refuted('chain', 'chain-too-large', 'chain', detail)] }
}
