import type { Report } from '../verify/index.ts'

export interface LineageNode {
  readonly id: string
  readonly kind: 'origin' | 'dataset'
  readonly name: string
  readonly level: number
  /** How the dataset was made, for those that were. */
  readonly transform?: string
}

export interface LineageEdge {
  /** Where the bytes came from. */
  readonly from: string
  readonly to: string
  readonly files?: number
}

export interface LineageGraph {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
}

/**
 * The chain of a verification as data: dataset versions, and what was made from what, the version before among it
 * where files of it were kept. Ids are bundle digests.
 */
export function buildLineage({ chain }: Pick<Report, 'chain'>): LineageGraph {
  const nodes = chain.map(
    ({ bundle, name, level, origin, transform }): LineageNode => ({
      id: bundle,
      kind: origin === undefined ? 'dataset' : 'origin',
      name,
      level,
      ...(transform === undefined ? {} : { transform: transform.name || transform.type }),
    }),
  )
  const known = new Set(chain.map(({ bundle }) => bundle))
  const edges = chain.flatMap(({ bundle, inputs, previous = null }) =>
    [...inputs, { bundle: previous, files: undefined }].flatMap(({ bundle: from, files }): LineageEdge[] =>
      from === null || !known.has(from) ? [] : [{ from, to: bundle, ...(files === undefined ? {} : { files }) }],
    ),
  )
  return { nodes, edges }
}

/** The graph in Graphviz's language, origins on the left. Names are data: they are quoted, never language. */
export function renderDot({ nodes, edges }: LineageGraph): string {
  const lines = [
    ...nodes.map(({ id, name, level, kind, transform }) => {
      const label = [
        name,
        `L${level}${kind === 'origin' ? ' origin' : ''}`,
        ...(transform === undefined ? [] : [transform]),
      ]
      return `  ${quote(id)} [label=${quote(label.join('\n'))}${kind === 'origin' ? ' shape=ellipse' : ''}];`
    }),
    ...edges.map(({ from, to, files }) => {
      const label = files === undefined ? '' : ` [label=${quote(`${files} files`)}]`
      return `  ${quote(from)} -> ${quote(to)}${label};`
    }),
  ]
  return ['digraph lineage {', '  rankdir=LR;', '  node [shape=box];', ...lines, '}', ''].join('\n')
}

const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
