import { drawing } from './element.ts'
import { type DatasetFacts, type JobFacts, jobIdOf } from './facts.ts'
import { layOut, type Point } from './layout.ts'
import { countOf, shortName } from './words.ts'

interface Box {
  readonly id: string
  readonly card: string
  readonly kind: 'dataset' | 'origin' | 'job'
  readonly title: string
  readonly subtitle: string
}

/** Beyond this a picture shows nothing to anybody; the cards hold the rest. */
const MAX_BOXES = 400
const SIZE = { width: 250, height: 58 } as const

export interface Drawing {
  readonly svg: SVGSVGElement
  readonly width: number
  readonly height: number
  /** Boxes that did not fit. */
  readonly leftOut: number
}

export const datasetCard = (bundle: string) => `dataset-${bundle}`
export const jobCard = (index: number) => `job-${index}`

/** Datasets and jobs from left to right, each box a link to its card. */
export function drawLineage(datasets: readonly DatasetFacts[], jobs: readonly JobFacts[]): Drawing {
  const boxes = [...datasets.map(boxOfDataset), ...jobs.map(boxOfJob)]
  const shown = boxes.slice(0, MAX_BOXES)
  const placed = layOut(
    shown.map(({ id }) => id),
    edgesOf(datasets, jobs),
    SIZE,
  )
  const svg = drawing(
    'svg',
    {
      class: 'lineage',
      role: 'group',
      'aria-label': `lineage: ${countOf(datasets.length, 'dataset')}, ${countOf(jobs.length, 'job')}`,
    },
    drawing('defs', {}, arrowHead()),
    placed.edges.map(drawEdge),
    shown.map((box) => drawBox(box, placed.boxes.get(box.id) ?? { x: 0, y: 0 })),
  )
  return { svg, width: placed.width, height: placed.height, leftOut: boxes.length - shown.length }
}

function boxOfDataset({ node }: DatasetFacts): Box {
  const kind = node.origin === undefined ? 'dataset' : 'origin'
  const subtitle = [kind, `level ${node.level}`, ...(node.files === undefined ? [] : [countOf(node.files, 'file')])]
  return {
    id: node.bundle,
    card: datasetCard(node.bundle),
    kind,
    title: shortName(node.name),
    subtitle: subtitle.join(' · '),
  }
}

function boxOfJob({ id, title, outputs }: JobFacts, index: number): Box {
  const subtitle = `job · ${countOf(outputs.length, 'output')}`
  return { id, card: jobCard(index), kind: 'job', title: shortName(title), subtitle }
}

function edgesOf(datasets: readonly DatasetFacts[], jobs: readonly JobFacts[]): [string, string][] {
  const ids = new Set(jobs.map(({ id }) => id))
  const edges = datasets.flatMap((dataset): [string, string][] => {
    const { previous, bundle: own } = dataset.node
    // Files of the version before are still in this one.
    const kept: [string, string][] = previous === undefined ? [] : [[previous, own]]
    const job = jobIdOf(dataset)
    if (job === undefined || !ids.has(job)) return kept
    const inputs = dataset.node.inputs.flatMap(({ bundle }): [string, string][] =>
      bundle === null ? [] : [[bundle, job]],
    )
    return [...kept, ...inputs, [job, own]]
  })
  return [...new Map(edges.map((edge) => [edge.join(' '), edge])).values()]
}

const arrowHead = () =>
  drawing(
    'marker',
    { id: 'arrow', viewBox: '0 0 8 8', refX: '8', refY: '4', markerWidth: '8', markerHeight: '8', orient: 'auto' },
    drawing('path', { d: 'M0,0 L8,4 L0,8 Z', class: 'arrow' }),
  )

function drawEdge(points: readonly Point[]): SVGPathElement {
  const d = points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  return drawing('path', { d, class: 'edge', 'marker-end': 'url(#arrow)' })
}

function drawBox(box: Box, { x, y }: Point): SVGAElement {
  const { width, height } = SIZE
  return drawing(
    'a',
    {
      href: `#${box.card}`,
      class: `box ${box.kind}`,
      'aria-label': `${box.title}, ${box.subtitle}`,
      'data-bundle': box.id,
    },
    drawing('rect', {
      x: String(x - width / 2),
      y: String(y - height / 2),
      width: String(width),
      height: String(height),
      rx: box.kind === 'job' ? '4' : '12',
    }),
    drawing('text', { x: String(x), y: String(y - 4), class: 'title' }, box.title),
    drawing('text', { x: String(x), y: String(y + 15), class: 'subtitle' }, box.subtitle),
  )
}
