import { formatCount } from '../statement/parts.ts'
import type { Level } from '../trust/levels.ts'
import { ATTESTATION_REQUIREMENTS, levelProven } from '../trust/levels.ts'
import { type Chain, linkChecks, type Node, upstreamOf } from './chain.ts'
import type { ChainNode } from './chain-node.ts'
import { completenessOf } from './completeness.ts'

/**
 * The level of each attestation with everything that it was made from: the lowest on the way back to
 * the origins. @see SPEC §2
 */
export function chainLevels({ nodes }: Chain): Map<string, Level> {
  const levels = new Map<string, Level>()
  for (const node of orderOriginsFirst(nodes)) {
    const upstream = upstreamOf(node).map((bundle) => levels.get(bundle) ?? 0)
    const [lowest = 0] = [ownLevel(node), ...upstream].sort()
    levels.set(node.attestation.report.sha256, lowest)
  }
  return levels
}

/** Each after everything that it stands on. Bundles name each other by digest, so there is such an order. */
export function orderOriginsFirst(nodes: readonly Node[]): Node[] {
  const byBundle = new Map(nodes.map((node) => [node.attestation.report.sha256, node]))
  const ordered = new Set<Node>()
  const opened = new Set<Node>()
  const open = [...nodes].reverse()
  for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
    const isLeaving = opened.has(node)
    if (isLeaving) {
      ordered.add(node)
      open.pop()
      continue
    }
    opened.add(node)
    for (const bundle of upstreamOf(node)) {
      const upstream = byBundle.get(bundle)
      if (upstream && !opened.has(upstream)) open.push(upstream)
    }
  }
  return [...ordered]
}

function ownLevel(node: Node): Level {
  const { report } = node.attestation
  const checks = linkChecks(node)
  if (!report.accepted || checks.some(({ code }) => code !== undefined)) return 0
  return levelProven([...report.checks, ...checks], ATTESTATION_REQUIREMENTS)
}

/** The chain as the report shows it. Attestations that were refused say nothing, so they are not in it. */
export function renderChain(chain: Chain, levels: ReadonlyMap<string, Level>): ChainNode[] {
  return chain.nodes.flatMap((node) => renderNode(node, levels.get(node.attestation.report.sha256) ?? 0) ?? [])
}

function renderNode(node: Node, level: Level): ChainNode | undefined {
  const { depth, attestation, inputs, previous, stages, files } = node
  const { accepted, statement, known, signer, times, sha256 } = attestation.report
  const [subject] = statement?.subject ?? []
  if (!accepted || !statement || !subject?.digest.sha256) return undefined
  if (known?.kind !== 'origin' && known?.kind !== 'transform' && known?.kind !== 'streamWindow') return undefined
  const { recordCount } = subject.digest
  return {
    depth,
    name: subject.name,
    predicateType: statement.predicateType,
    sha256: subject.digest.sha256,
    bundle: sha256,
    reference: attestation.path,
    level,
    signer: signer?.id ?? null,
    time: times[0]?.time.toISOString() ?? null,
    completeness: known.kind === 'streamWindow' ? null : completenessOf(known),
    inputs: inputs.map(({ input, bundle }) => ({
      name: input.name,
      sha256: input.digest.sha256,
      bundle: bundle ?? null,
      ...filesRead(input.observed?.files),
    })),
    ...(previous?.bundle === undefined ? {} : { previous: previous.bundle }),
    ...(stages === undefined
      ? {}
      : { stages: { ...stages, attempts: stages.attempts.map((stage) => ({ ...stage, inputs: [...stage.inputs] })) } }),
    ...(files === undefined ? {} : { files }),
    ...(recordCount === undefined ? {} : { recordCount: formatCount(recordCount) }),
    ...describeWork(known),
  }
}

const filesRead = (count: string | number | undefined) => (count === undefined ? {} : { files: Number(count) })

type Known = Extract<
  NonNullable<Node['attestation']['report']['known']>,
  { kind: 'origin' | 'transform' | 'streamWindow' }
>

function describeWork(known: Known): Pick<ChainNode, 'origin' | 'transform'> {
  if (known.kind === 'streamWindow') return {}
  if (known.kind === 'transform') {
    const { type, name, description } = known.predicate.transform
    return {
      transform: {
        type,
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
      },
    }
  }
  const { source, sourceType, collectionMethod, geography, consent } = known.predicate.origin
  return {
    origin: {
      source,
      ...(sourceType === undefined ? {} : { sourceType }),
      ...(collectionMethod === undefined ? {} : { collectionMethod }),
      ...(geography === undefined ? {} : { geography }),
      ...(consent === undefined ? {} : { consent }),
    },
  }
}
