import type { Level } from '../trust/levels.ts'
import { ATTESTATION_REQUIREMENTS, levelProven } from '../trust/levels.ts'
import type { Chain, Node } from './chain.ts'
import { completenessOf } from './completeness.ts'
import type { ChainNode } from './report.ts'

/**
 * The level of each attestation with everything that it was made from: the lowest on the way back to
 * the origins. @see SPEC §2
 */
export function chainLevels({ nodes }: Chain): Map<string, Level> {
  const levels = new Map(nodes.map((node) => [node.attestation.report.sha256, ownLevel(node)]))
  // Levels only fall, and inputs mostly lie behind their outputs: one pass, rarely a second.
  for (let settled = false; !settled; ) {
    settled = true
    for (const { attestation, inputs } of [...nodes].reverse()) {
      const { sha256 } = attestation.report
      const own = levels.get(sha256) ?? 0
      const upstream = inputs.flatMap(({ bundle }) => (bundle === undefined ? [] : (levels.get(bundle) ?? [])))
      const lowest = [own, ...upstream].sort()[0] ?? own
      if (lowest < own) {
        levels.set(sha256, lowest)
        settled = false
      }
    }
  }
  return levels
}

function ownLevel({ attestation: { report }, inputs }: Node): Level {
  const checks = inputs.map(({ check }) => check)
  if (!report.accepted || checks.some(({ code }) => code !== undefined)) return 0
  return levelProven([...report.checks, ...checks], ATTESTATION_REQUIREMENTS)
}

/** The chain as the report shows it. Attestations that were refused say nothing, so they are not in it. */
export function renderChain(chain: Chain, levels: ReadonlyMap<string, Level>): ChainNode[] {
  return chain.nodes.flatMap((node) => renderNode(node, levels.get(node.attestation.report.sha256) ?? 0) ?? [])
}

function renderNode({ depth, attestation, inputs }: Node, level: Level): ChainNode | undefined {
  const { accepted, statement, known, key, times, sha256 } = attestation.report
  const [subject] = statement?.subject ?? []
  if (!accepted || !statement || !subject?.digest.sha256) return undefined
  if (known?.kind !== 'origin' && known?.kind !== 'transform') return undefined
  const { recordCount } = subject.digest
  return {
    depth,
    name: subject.name,
    predicateType: statement.predicateType,
    sha256: subject.digest.sha256,
    bundle: sha256,
    reference: attestation.path,
    level,
    signer: key?.id ?? null,
    time: times[0]?.time.toISOString() ?? null,
    completeness: completenessOf(known),
    inputs: inputs.map(({ input, bundle }) => ({
      name: input.name,
      sha256: input.digest.sha256,
      bundle: bundle ?? null,
      ...filesRead(input.observed?.files),
    })),
    ...filesOf(known.predicate),
    ...(recordCount === undefined ? {} : { recordCount: String(recordCount) }),
    ...describeWork(known),
  }
}

const filesRead = (count: string | number | undefined) => (count === undefined ? {} : { files: Number(count) })

function filesOf({ files, manifest }: { files?: readonly unknown[]; manifest?: { entries?: string | number } }) {
  const count = files?.length ?? manifest?.entries
  return count === undefined ? {} : { files: Number(count) }
}

type Known = Extract<NonNullable<Node['attestation']['report']['known']>, { kind: 'origin' | 'transform' }>

function describeWork(known: Known): Pick<ChainNode, 'origin' | 'transform'> {
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
