import { Graph, layout } from '@dagrejs/dagre'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  /** Centres of the boxes, by id. */
  readonly boxes: ReadonlyMap<string, Point>
  readonly edges: readonly (readonly Point[])[]
}

/** As much of dagre's graph as is used here; the types that it ships cannot be found under Node's resolution. */
interface LayoutGraph {
  setGraph(label: { rankdir: 'LR'; nodesep: number; ranksep: number; marginx: number; marginy: number }): void
  setDefaultEdgeLabel(make: () => object): void
  setNode(id: string, size: { width: number; height: number }): void
  setEdge(from: string, to: string): void
  graph(): { width?: number; height?: number }
  node(id: string): Point
  edges(): readonly { readonly v: string; readonly w: string }[]
  edge(edge: { readonly v: string; readonly w: string }): { readonly points?: readonly Point[] }
}

/** Places boxes of one size from left to right, so that what something was made from stands before it. */
export function layOut(
  ids: readonly string[],
  edges: readonly (readonly [string, string])[],
  size: { readonly width: number; readonly height: number },
): Layout {
  const graph: LayoutGraph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 56, marginx: 12, marginy: 12 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of ids) graph.setNode(id, { ...size })
  const known = new Set(ids)
  for (const [from, to] of edges) if (known.has(from) && known.has(to)) graph.setEdge(from, to)
  layout(graph)
  const { width = 0, height = 0 } = graph.graph()
  return {
    width,
    height,
    boxes: new Map(ids.map((id) => [id, graph.node(id)])),
    edges: graph.edges().map((edge) => graph.edge(edge).points ?? []),
  }
}
