import { type Dbom, dbomSchema } from '../statement/index.ts'
import type { ChainNode, Report } from '../verify/index.ts'
import { buildLineage, renderDot } from './lineage-graph.ts'

export interface DatasetDbomOptions {
  /** Who verified: the program and its version. */
  readonly verifier: { readonly tool: string; readonly version: string }
  readonly description?: string | undefined
  readonly version?: string | undefined
}

/**
 * The DBOM of a dataset, made from a verification that really ran: its `verification` block says what
 * that one found, whatever it found, and the overall level is the lowest that it proved in the chain.
 *
 * @see SPEC §2
 */
export function buildDatasetDbom(report: Report, { verifier, description, version }: DatasetDbomOptions): Dbom {
  const { dataset, chain, verifiedOn, level, verdict, failure } = report
  const graph = buildLineage(report)
  const proven = verdict === 'PROVEN'
  return dbomSchema.parse({
    dbomVersion: '1.0.0',
    dbomId: `urn:makoto:dbom:${dataset.sha256}:${chain[0]?.bundle ?? 'unattested'}`,
    dataset: {
      name: dataset.name,
      ...(version === undefined ? {} : { version }),
      ...(description === undefined ? {} : { description }),
      ...(chain[0]?.time ? { created: chain[0].time } : {}),
      digest: { sha256: dataset.sha256, ...(chain[0]?.recordCount ? { recordCount: chain[0].recordCount } : {}) },
      makotoLevel: `L${level}`,
    },
    sources: chain.filter(({ origin }) => origin !== undefined).map(describeSource),
    transformations: orderTransforms(chain).map((node, index) => describeTransformation(node, index + 1)),
    lineageGraph: { format: 'graphviz-dot', content: renderDot(graph), ...graph },
    compliance: {
      overallMakotoLevel: `L${level}`,
      levelJustification: failure?.message ?? `the lowest level proven among ${chain.length} attestations`,
    },
    verification: {
      chainVerified: proven && chain.length > 0 && isWhole(report),
      allSignaturesValid: proven && chain.every(({ signer }) => signer !== null),
      attestationCount: chain.length,
      verificationTimestamp: verifiedOn,
      verifier,
    },
    metadata: { generator: verifier, created: verifiedOn },
  })
}

/** Inputs, links to versions before, and what was read at all: what is not met here is not in the chain. */
const CHAIN_ROWS = ['L2.V.8', 'L2.V.9', 'L2.X.1', 'L2.X.2']

/**
 * Whether the chain reaches all of its origins. A lower level is proven without that; and a caller may accept inputs
 * that nobody resolved, which are in no chain all the same.
 */
function isWhole({ chain, requirements }: Report): boolean {
  const met = requirements.filter(({ status }) => status === 'pass' || status === 'not-applicable').map(({ id }) => id)
  return (
    CHAIN_ROWS.every((id) => met.includes(id)) &&
    chain.every(({ inputs }) => inputs.every(({ bundle }) => bundle !== null)) &&
    chain.every(({ completeness }) => completeness === null || completeness.inputs === 'full')
  )
}

function describeSource({ name, reference, predicateType, level, origin, recordCount, depth: _, ...node }: ChainNode) {
  return {
    name,
    attestationRef: reference,
    attestationDigest: { sha256: node.bundle },
    attestationType: predicateType,
    makotoLevel: `L${level}`,
    ...(origin?.geography === undefined ? {} : { geography: origin.geography }),
    ...(origin?.consent === undefined ? {} : { consent: origin.consent }),
    ...(origin?.collectionMethod === undefined ? {} : { collectionMethod: origin.collectionMethod }),
    ...(recordCount === undefined ? {} : { contribution: { recordCount } }),
  }
}

function describeTransformation(
  { name, reference, predicateType, level, transform, inputs, bundle, stages, completeness }: ChainNode,
  order: number,
) {
  return {
    order,
    name: transform?.name || name,
    ...(transform?.description === undefined ? {} : { description: transform.description }),
    attestationRef: reference,
    attestationDigest: { sha256: bundle },
    attestationType: predicateType,
    makotoLevel: `L${level}`,
    inputs: inputs.map((input) => input.name),
    outputs: [name],
    ...(transform === undefined ? {} : { transformType: transform.type }),
    ...(completeness === null ? {} : { completeness }),
    ...(stages === undefined
      ? {}
      : {
          stages: { ref: stages.ref, digest: { sha256: stages.sha256 }, attempts: stages.lines, failed: stages.failed },
        }),
  }
}

/** As the work was done: what a transform was made from comes before it, however the chain branches. */
function orderTransforms(chain: readonly ChainNode[]): ChainNode[] {
  const waiting = new Map(chain.map((node) => [node.bundle, node]))
  const ordered: ChainNode[] = []
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ inputs }) =>
      inputs.every(({ bundle }) => bundle === null || !waiting.has(bundle)),
    )
    const next = ready.length > 0 ? ready : [...waiting.values()]
    for (const node of next) {
      waiting.delete(node.bundle)
      ordered.push(node)
    }
  }
  return ordered.filter(({ transform }) => transform !== undefined)
}
